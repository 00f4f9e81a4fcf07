-- Nothing to do after all. A record that only said "queued" goes too: the chat was not told, and a later
-- article may still reach it.
-- ARGV: stream, entry, chat, story, kind
local chat = home(ARGV[3])
if settle(ARGV[1], ARGV[2]) == 0 or ARGV[5] ~= 'new' then return 0 end
local record, at = read_told(chat, family(lead(ARGV[4])))
if record and (record.s == 'queued' or record.s == 'sending') then
  redis.call('HDEL', 'x:told:' .. chat, at)
  redis.call('ZREM', 'x:tellers:' .. at, chat)
end
return 1
