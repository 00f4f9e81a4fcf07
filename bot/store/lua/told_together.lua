-- The end of a message that told several reports: every record, what is not withheld any more, and the entry.
-- What is left has its bell ring at once.
-- ARGV: stream, entry, chat, now, keep ms, state, why, platform, oldest dead letter id, then story, receipt,
-- articles as JSON of each...
local chat, now, keep, state, why = home(ARGV[3]), ARGV[4], ARGV[5], ARGV[6], ARGV[7]
settle(ARGV[1], ARGV[2])
if not held(chat) then return 0 end
for i = 10, #ARGV, 3 do
  local stories, receipt = family(lead(ARGV[i])), ARGV[i + 1]
  redis.call('HDEL', 'x:withheld:' .. chat, unpack(stories))
  local record, at = read_told(chat, stories)
  record, at = record or { a = {} }, at or stories[1]
  if state == 'skipped' then
    if record.s == 'queued' then
      redis.call('HDEL', 'x:told:' .. chat, at)
      redis.call('ZREM', 'x:tellers:' .. at, chat)
    end
  elseif record.s ~= 'done' then
    local pending = record.p
    record.s, record.h, record.p = state, nil, nil
    record.w = why ~= '' and why or nil
    record.r = receipt ~= '' and receipt or nil
    for _, article in ipairs(cjson.decode(ARGV[i + 2])) do
      if not has(record.a, article) then record.a[#record.a + 1] = article end
    end
    put_told(chat, at, record, now, keep)
    if pending and receipt ~= '' and not has(record.a, pending) then
      enqueue(chat, stories[1], pending, 'edit', 0, now)
    end
    if state == 'given_up' then
      redis.call('XADD', 'x:dead', '*', 'platform', ARGV[8], 'kind', 'digest', 'why', why, 'at', now)
    end
  end
end
redis.call('XTRIM', 'x:dead', 'MINID', ARGV[9])
prune_told(chat, now, keep)
if redis.call('EXISTS', 'x:withheld:' .. chat) == 1 then ring(chat, now) end
return 1
