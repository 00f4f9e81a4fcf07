-- Everything about a chat goes in one step; a delivery in flight finds no chat and is dropped.
-- ARGV: chat, version read ('' none), person, session, token for the rewrite, its filters...
local chat = ARGV[1]
if (redis.call('HGET', 'x:chat:' .. chat, 'v') or '') ~= ARGV[2] then return -1 end

for i = 6, #ARGV do unfollow(chat, ARGV[i]) end
for _, story in ipairs(redis.call('HKEYS', 'x:told:' .. chat)) do
  redis.call('ZREM', 'x:tellers:' .. story, chat)
end
local gone = redis.call('DEL', 'x:chat:' .. chat, 'x:told:' .. chat, 'x:inbox:' .. chat, 'x:moved:' .. chat, 'x:withheld:' .. chat,
  'x:session:' .. ARGV[4])
gone = gone + redis.call('SREM', 'x:chats', chat)
gone = gone + redis.call('ZREM', 'x:silent', chat)
gone = gone + redis.call('SREM', 'x:moderators', ARGV[3])
if gone > 0 then redis.call('SET', 'x:rewrite', ARGV[5]) end
return gone
