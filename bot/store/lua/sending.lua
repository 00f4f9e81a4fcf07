-- Marks a first message as on its way; never for a chat that was forgotten meanwhile.
-- ARGV: chat, story, now or '', keep ms
local chat = home(ARGV[1])
if not held(chat) then return 0 end
local record, at = read_told(chat, family(lead(ARGV[2])))
if not record or record.s ~= 'queued' then return 0 end
record.s = 'sending'
put_told(chat, at, record, record.t, ARGV[3])
return 1
