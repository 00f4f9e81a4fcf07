-- A poll that ended since the caller looked has written its source's next date, which must stand.
-- ARGV: leased-until, sources...
for i = 2, #ARGV do
  if redis.call('SISMEMBER', 'x:claimed', ARGV[i]) == 1 then redis.call('ZADD', 'x:due', 'XX', ARGV[1], ARGV[i]) end
end
return 1
