-- A code works once, whoever else types it at the same moment. ARGV: key of the code, now, person or ''
local ends = redis.call('GET', ARGV[1])
if not ends then return 0 end
redis.call('DEL', ARGV[1])
if tonumber(ends) <= tonumber(ARGV[2]) then return 0 end
if ARGV[3] ~= '' then redis.call('SADD', 'x:moderators', ARGV[3]) end
return 1
