-- Two pollers never take the same source: reading what is due and leasing it is one step.
-- ARGV: now, limit, leased-until
local keys = redis.call('ZRANGEBYSCORE', 'x:due', '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
local out = {}
for _, key in ipairs(keys) do
  redis.call('ZADD', 'x:due', ARGV[3], key)
  redis.call('SADD', 'x:claimed', key)
  out[#out + 1] = { key, redis.call('HGET', 'x:sources', key), redis.call('HGET', 'x:polling', key) }
end
return out
