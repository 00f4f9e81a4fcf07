-- What a chat is told together is due then and not before; nothing rings for who waits for nothing.
-- ARGV: chat, due
local chat = home(ARGV[1])
if redis.call('EXISTS', 'x:withheld:' .. chat) == 0 then return 0 end
redis.call('ZREM', 'x:delayed', bell_of(chat))
ring(chat, ARGV[2])
return 1
