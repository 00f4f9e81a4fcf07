-- Out of the stream, into the delayed set: a waiting delivery holds no stream entry, and is never in both
-- or in neither. When somebody else has dealt with the entry, nothing is added.
-- ARGV: stream, entry, due, member
if settle(ARGV[1], ARGV[2]) == 0 then return 0 end
redis.call('ZADD', 'x:delayed', ARGV[3], ARGV[4])
return 1
