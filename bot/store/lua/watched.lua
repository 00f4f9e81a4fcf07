-- Somebody is looking after the sources at this moment. When nobody did for a while, that while is remembered.
-- ARGV: now, least ms that count as a gap
local before = redis.call('GET', 'x:watched')
redis.call('SET', 'x:watched', ARGV[1])
if not before or tonumber(ARGV[1]) - tonumber(before) < tonumber(ARGV[2]) then return 0 end
redis.call('LPUSH', 'x:gaps', before .. '-' .. ARGV[1])
redis.call('LTRIM', 'x:gaps', 0, 19)
return tonumber(ARGV[1]) - tonumber(before)
