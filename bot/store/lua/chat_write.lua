-- Compare and set, and the followers' index changes in the same step: no alert is matched against an index
-- that says something else than the record.
-- ARGV: chat, version read ('' none), blob, silent since ('' not), number of added filters,
--       then (filter, sealed query)... of the added ones, then the removed filters...
local chat, version = ARGV[1], ARGV[2]
local key = 'x:chat:' .. chat
if (redis.call('HGET', key, 'v') or '') ~= version then return 0 end

redis.call('HSET', key, 'v', string.format('%.0f', redis.call('INCR', 'x:sequence')), 'z', ARGV[3])
redis.call('SADD', 'x:chats', chat)
if ARGV[4] == '' then redis.call('ZREM', 'x:silent', chat) else redis.call('ZADD', 'x:silent', ARGV[4], chat) end

local added, changed = tonumber(ARGV[5]), false
for i = 0, added - 1 do
  local filter = ARGV[6 + 2 * i]
  redis.call('ZADD', 'x:followers:' .. filter, 0, chat)
  if redis.call('HSETNX', 'x:filters', filter, ARGV[7 + 2 * i]) == 1 then changed = true end
end
for i = 6 + 2 * added, #ARGV do
  redis.call('ZREM', 'x:followers:' .. ARGV[i], chat)
  if redis.call('EXISTS', 'x:followers:' .. ARGV[i]) == 0 then
    redis.call('HDEL', 'x:filters', ARGV[i])
    changed = true
  end
end
if changed then redis.call('INCR', 'x:filters:version') end
return 1
