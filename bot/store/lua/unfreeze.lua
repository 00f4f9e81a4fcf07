-- Sending goes on; with `discard`, what was queued since the freeze is not told any more. One step: nobody sends
-- in between. ARGV: now, discard
local since = redis.call('GET', 'x:frozen')
if not since then return false end
if ARGV[2] == '1' then redis.call('SET', 'x:discarded', since .. '-' .. ARGV[1]) end
redis.call('DEL', 'x:frozen')
return since
