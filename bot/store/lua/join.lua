-- A moderator says that two stories are one: the younger goes into the older, and the chats' messages follow.
-- ARGV: one story, the other, archive ms
local one, two, keep = lead(ARGV[1]), lead(ARGV[2]), ARGV[3]
if redis.call('EXISTS', 'x:story:' .. one) == 0 or redis.call('EXISTS', 'x:story:' .. two) == 0 then return '' end
if one == two then return one end
if tonumber(two) < tonumber(one) then one, two = two, one end
redis.call('SREM', 'x:apart:' .. one, two)
redis.call('SREM', 'x:apart:' .. two, one)
merge(one, { one, two }, keep)
redis.call('PEXPIRE', 'x:story:' .. one, keep)
tell_again(one, redis.call('LINDEX', 'x:story:' .. one, 0))
return one
