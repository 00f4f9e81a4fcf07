-- Closes: "sent but not recorded" beside "recorded but still in the stream". Also asks for the edit that
-- spread.lua put off while the first message was on its way, if that message did not show the article yet.
-- ARGV: stream, entry, chat, story, kind, receipt, now, keep ms, articles the message shows...
local chat, story, now, keep = home(ARGV[3]), lead(ARGV[4]), ARGV[7], ARGV[8]
settle(ARGV[1], ARGV[2])
if not held(chat) then return 0 end
local record, at = read_told(chat, family(story))
record, at = record or { a = {} }, at or story
record.s, record.r, record.w, record.h = 'done', ARGV[6], nil, nil
for i = 9, #ARGV do if not has(record.a, ARGV[i]) then record.a[#record.a + 1] = ARGV[i] end end
local pending = record.p
record.p = nil
put_told(chat, at, record, now, keep)
if pending and not has(record.a, pending) then enqueue(chat, story, pending, 'edit', 0, now) end
prune_told(chat, now, keep)
return 1
