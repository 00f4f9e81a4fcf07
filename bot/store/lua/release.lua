-- Only the holder releases: not the one whose lease ran out and was taken by another. ARGV: name, holder
local key = 'x:lease:' .. ARGV[1]
if redis.call('GET', key) == ARGV[2] then redis.call('DEL', key) end
return 1
