-- On a server that only this process can reach, nobody else is alive: whatever an earlier life held is free
-- at once, instead of when its leases and heartbeats would have run out.
-- ARGV: now, streams...
redis.call('DEL', 'x:lease:clean-up')
for _, platform in pairs(PLATFORMS) do
  redis.call('DEL', 'x:lease:send:' .. platform, 'x:lease:updates:' .. platform)
end
for i = 2, #ARGV do
  for _, consumer in ipairs(redis.call('XINFO', 'CONSUMERS', ARGV[i], 'xeberdar')) do
    redis.call('ZADD', 'x:workers', 0, consumer[2])  -- its heartbeat ran out in 1970
  end
end
for _, source in ipairs(redis.call('SMEMBERS', 'x:claimed')) do
  redis.call('ZADD', 'x:due', 'XX', ARGV[1], source)
end
redis.call('DEL', 'x:claimed')
return 1
