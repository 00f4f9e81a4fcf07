-- A card for a chat that was forgotten meanwhile is not kept; the bell rings only for what is kept.
-- ARGV: chat, story, keep ms
local chat = home(ARGV[1])
if not held(chat) then return '' end
local key = 'x:inbox:' .. chat
local item = redis.call('XADD', key, 'MAXLEN', 100, '*', 'story', ARGV[2])
redis.call('PEXPIRE', key, ARGV[3])
redis.call('PUBLISH', 'x:bell', cjson.encode({ chat, item, ARGV[2] }))
return item
