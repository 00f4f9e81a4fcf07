-- A source removed or paused while it was being polled stays so.
-- ARGV: source, polling, next, now, archive ms, still listed entry ids...
local source, now, keep = ARGV[1], ARGV[4], ARGV[5]
redis.call('SREM', 'x:claimed', source)
if redis.call('HEXISTS', 'x:sources', source) == 0 then return 0 end
redis.call('HSET', 'x:polling', source, ARGV[2])
if redis.call('SISMEMBER', 'x:paused', source) == 0 then redis.call('ZADD', 'x:due', ARGV[3], source) end
local seen = 'x:seen:' .. source
-- Only what was handed in before is remembered on: an entry that failed is tried again.
for i = 6, #ARGV do redis.call('ZADD', seen, 'XX', now, ARGV[i]) end
-- A poll that saw no list (304, the same body, a failure) forgets nothing: all of it may still be listed.
if #ARGV >= 6 then
  redis.call('ZREMRANGEBYSCORE', seen, '-inf', string.format('(%.0f', tonumber(now) - tonumber(keep)))
end
redis.call('PEXPIRE', seen, keep)
return 1
