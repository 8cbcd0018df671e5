-- Shared by all scripts: a number for each thread, emails that never repeat, the summary.
local threads = {}

function setup(thread)
    thread:set("id", #threads + 1)
    table.insert(threads, thread)
end

function settings(arguments)
    local found = {}
    for _, argument in ipairs(arguments) do
        local name, value = argument:match("^(%w+)=(.*)$")
        if name then found[name] = value end
    end
    return found
end

-- The headers that a browser sends with a form. wrk drops its own headers if a request has any.
function headers(more)
    more["Content-Type"] = "application/x-www-form-urlencoded"
    more["Origin"] = "https://" .. wrk.headers["Host"]
    more["Sec-Fetch-Site"] = "same-origin"
    for name, value in pairs(wrk.headers) do more[name] = more[name] or value end
    return more
end

local sent = 0

-- Each request comes from a different signer, and from a different network for 64 runs.
function signer(run, country)
    sent = sent + 1
    local place = run % 64 * 262144 + sent * 32 + id % 32
    local network = string.format(
        "10.%d.%d.%d", place / 65536 % 256, place / 256 % 256, place % 256)
    local email = string.format("b%dx%dx%d%%40example.org", run, id, sent)
    return "name=Bench+Signer&updates=on&consent=on&country=" .. (country or "FR")
        .. "&email=" .. email, network
end

function done(summary, latency)
    local counted, failed, first = 0, 0, ""
    for _, thread in ipairs(threads) do
        counted = counted + (thread:get("visits") or 0)
        failed = failed + (thread:get("failures") or 0)
        first = thread:get("trouble") or first
    end
    local errors = summary.errors
    print(string.format(
        'BENCH {"requests": %d, "seconds": %.6f, "visits": %d, "failed": %d, "trouble": "%s", '
            .. '"bytes": %d, "p50": %.3f, "p99": %.3f}',
        summary.requests, summary.duration / 1e6, counted,
        failed + errors.connect + errors.read + errors.write + errors.status + errors.timeout,
        first, summary.bytes, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
