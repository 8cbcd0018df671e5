-- Requests the same page again and again.
dofile("bench/lua/common.lua")
