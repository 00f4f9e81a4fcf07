-- Everything that is held under the old key goes over to the new one together: no alert falls in between.
-- ARGV: old, new, version of old, version of new ('' none), blob, silent since ('' not), keep ms, filters of both...
local old, new, keep = ARGV[1], ARGV[2], ARGV[7]
if (redis.call('HGET', 'x:chat:' .. old, 'v') or '') ~= ARGV[3] then return 0 end
if (redis.call('HGET', 'x:chat:' .. new, 'v') or '') ~= ARGV[4] then return 0 end

redis.call('HSET', 'x:chat:' .. new, 'v', string.format('%.0f', redis.call('INCR', 'x:sequence')), 'z', ARGV[5])
redis.call('SADD', 'x:chats', new)
if ARGV[6] == '' then redis.call('ZREM', 'x:silent', new) else redis.call('ZADD', 'x:silent', ARGV[6], new) end
for i = 8, #ARGV do
  redis.call('ZREM', 'x:followers:' .. ARGV[i], old)
  redis.call('ZADD', 'x:followers:' .. ARGV[i], 0, new)
end

local told = redis.call('HGETALL', 'x:told:' .. old)
for i = 1, #told, 2 do
  redis.call('HSETNX', 'x:told:' .. new, told[i], told[i + 1])
  redis.call('ZREM', 'x:tellers:' .. told[i], old)
  redis.call('ZADD', 'x:tellers:' .. told[i], 0, new)
  redis.call('PEXPIRE', 'x:tellers:' .. told[i], keep)
end
redis.call('PEXPIRE', 'x:told:' .. new, keep)
if redis.call('EXISTS', 'x:inbox:' .. old) == 1 and redis.call('EXISTS', 'x:inbox:' .. new) == 0 then
  redis.call('RENAME', 'x:inbox:' .. old, 'x:inbox:' .. new)
end

local withheld = redis.call('HGETALL', 'x:withheld:' .. old)
for i = 1, #withheld, 2 do redis.call('HSETNX', 'x:withheld:' .. new, withheld[i], withheld[i + 1]) end

redis.call('DEL', 'x:chat:' .. old, 'x:told:' .. old, 'x:inbox:' .. old, 'x:withheld:' .. old)
redis.call('SREM', 'x:chats', old)
redis.call('ZREM', 'x:silent', old)
redis.call('DEL', 'x:moved:' .. new)  -- a chat that comes back must not lead in a circle
redis.call('SET', 'x:moved:' .. old, new, 'PX', keep)
return 1
