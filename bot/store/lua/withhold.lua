-- Out of the stream, to what a chat is told together later, with a bell that rings then: never in neither.
-- One bell a chat; it rings at the earliest time that anybody asked for.
-- ARGV: stream, entry, chat, story, due, why, queued, now, keep ms
local chat, story, why, queued = home(ARGV[3]), lead(ARGV[4]), ARGV[6], ARGV[7]
if settle(ARGV[1], ARGV[2]) == 0 or not held(chat) then return 0 end
local record, at = read_told(chat, family(story))
if record and record.s == 'done' then return 0 end
record, at = record or { a = {} }, at or story
record.s, record.h = 'queued', why
put_told(chat, at, record, ARGV[8], ARGV[9])
redis.call('HSETNX', 'x:withheld:' .. chat, at, queued .. ':' .. why)
ring(chat, ARGV[5])
return 1
