-- Sends one POST after the other, each from another signer. Arguments: path, run, extra, cookie,
-- country.
dofile("bench/lua/common.lua")

local given, sends

function init(arguments)
    given = settings(arguments)
    sends = headers({ ["Cookie"] = given.cookie })
end

function request()
    local body, network = signer(given.run, given.country)
    sends["X-Forwarded-For"] = network
    return wrk.format("POST", given.path, sends, body .. "&" .. given.extra)
end
