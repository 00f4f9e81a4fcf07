-- What a chat is told together is due then, if it is not sooner; nothing rings for who waits for nothing.
-- ARGV: chat, due
local chat = home(ARGV[1])
if redis.call('EXISTS', 'x:withheld:' .. chat) == 0 then return 0 end
ring(chat, ARGV[2])
return 1
