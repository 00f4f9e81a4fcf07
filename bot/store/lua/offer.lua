-- Looking whether the chat was told and enqueueing is one step: beside a fan-out, it is told once.
-- ARGV: chat, story, article, now, keep ms
local chat, story = home(ARGV[1]), lead(ARGV[2])
if not held(chat) or redis.call('EXISTS', 'x:story:' .. story) == 0 then return 0 end
local record = read_told(chat, family(story))
if record and record.s ~= 'given_up' then return 0 end
put_told(chat, story, { s = 'queued', a = {} }, ARGV[4], ARGV[5])
enqueue(chat, story, ARGV[3], 'new', 0, ARGV[4])
return 1
