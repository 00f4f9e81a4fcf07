-- A dead worker's entries go back to everybody. Whether it is dead is looked at again in the same step: it
-- may have woken up since the caller looked. Going back means a new entry, so that what the worker still does
-- with the old one (acknowledge, put off) cannot touch it.
-- ARGV: stream, worker, now, limit, lifetime ms for a worker that never beat
local stream, worker = ARGV[1], ARGV[2]
local alive = redis.call('ZSCORE', 'x:workers', worker)
if not alive then
  -- it has just started and not said so yet: from now on its time runs
  redis.call('ZADD', 'x:workers', string.format('%.0f', tonumber(ARGV[3]) + tonumber(ARGV[5])), worker)
  return { 0, 0 }
end
if tonumber(alive) > tonumber(ARGV[3]) then return { 0, 0 } end
local pending = redis.call('XPENDING', stream, 'xeberdar', '-', '+', ARGV[4], worker)
local given = 0
for _, one in ipairs(pending) do
  local entry = redis.call('XRANGE', stream, one[1], one[1])[1]
  if entry then
    redis.call('XADD', stream, '*', unpack(entry[2]))
    given = given + 1
  end
  settle(stream, one[1])
end
if #pending == 0 then redis.call('XGROUP', 'DELCONSUMER', stream, 'xeberdar', worker) end
return { given, #pending }
