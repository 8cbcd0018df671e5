-- One POST to each link of a file. No link is used twice, not even in two successive runs.
-- Arguments: links (a file), threads, run.
dofile("bench/lua/common.lua")

local links, following = {}, 0
failures = 0

function init(arguments)
    local given = settings(arguments)
    local number, share = 0, id % given.threads + given.threads * (given.run % 2)
    for link in io.lines(given.links) do
        number = number + 1
        if number % (given.threads * 2) == share then table.insert(links, link) end
    end
end

function request()
    following = following + 1
    if following > #links then failures, trouble = failures + 1, "too few links" end
    return wrk.format("POST", links[(following - 1) % #links + 1], headers({}), "")
end
