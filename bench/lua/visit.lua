-- Does what a visitor does: reads the page, signs with the form on it, and follows the redirect.
-- There is one visitor at a time for each thread and connection. Arguments: page, run, country, and
-- the action of the form if it is not the page.
dofile("bench/lua/common.lua")

local given, step, address, hidden, cookie
visits, failures = 0, 0

local function begin()
    step, address, hidden, cookie = "page", given.page, "", nil
end

function init(arguments)
    given = settings(arguments)
    begin()
end

function request()
    if step ~= "form" then
        return wrk.format("GET", address)
    end
    local body, network = signer(given.run, given.country)
    local sends = headers({ ["X-Forwarded-For"] = network, ["Cookie"] = cookie })
    return wrk.format("POST", address, sends, body .. hidden)
end

local function fail(status)
    failures, trouble = failures + 1, step .. " answered " .. status
    begin()
end

local function read(received, body)
    for input in body:gmatch('<input type="hidden"[^>]*>') do
        local name, value = input:match('name="([^"]*)"'), input:match('value="([^"]*)"')
        if name then hidden = hidden .. "&" .. name .. "=" .. (value or "") end
    end
    for name, value in pairs(received) do
        if name:lower() == "set-cookie" then cookie = value:match("^[^;]*") end
    end
    step, address = "form", given.action or given.page
end

function response(status, received, body)
    if step == "page" and status == 200 then
        read(received, body)
    elseif step == "form" and status == 303 then
        step, address = "next", received["Location"]
    elseif (step == "next" or step == "form" and not given.action) and status == 200 then
        visits = visits + 1
        begin()
    else
        fail(status)
    end
end
