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

local added = tonumber(ARGV[5])
for i = 0, added - 1 do follow(chat, ARGV[6 + 2 * i], ARGV[7 + 2 * i]) end
for i = 6 + 2 * added, #ARGV do unfollow(chat, ARGV[i]) end
return 1
