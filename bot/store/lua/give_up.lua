-- The end of a delivery that cannot be made: record, dead letter (no chat in it), acknowledge.
-- ARGV: stream, entry, chat, story, kind, platform, why, now, keep ms, oldest dead letter id
local chat, kind, now, keep = home(ARGV[3]), ARGV[5], ARGV[8], ARGV[9]
if settle(ARGV[1], ARGV[2]) == 0 then return 0 end
redis.call('XADD', 'x:dead', '*', 'platform', ARGV[6], 'kind', kind, 'why', ARGV[7], 'at', now)
redis.call('XTRIM', 'x:dead', 'MINID', ARGV[10])
if kind ~= 'new' or not held(chat) then return 1 end  -- after a failed edit the message still stands
local story = lead(ARGV[4])
local record, at = read_told(chat, family(story))
if record and record.s == 'done' then return 1 end
record, at = record or { a = {} }, at or story
record.s, record.w, record.p = 'given_up', ARGV[7], nil
put_told(chat, at, record, now, keep)
prune_told(chat, now, keep)
return 1
