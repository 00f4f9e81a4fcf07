-- A moderator says that an article is another report: it becomes a story of its own, and whatever is found out
-- later does not bring the two together again. Messages that showed it lose it.
-- ARGV: article, archive ms
local article, keep = ARGV[1], ARGV[2]
local known = redis.call('HGET', 'x:article:' .. article, 's')
if not known then return '' end
local story = lead(known)
if redis.call('LLEN', 'x:story:' .. story) < 2 then return '' end
local number = string.format('%.0f', redis.call('INCR', 'x:sequence'))
redis.call('LREM', 'x:story:' .. story, 0, article)
redis.call('RPUSH', 'x:story:' .. number, article)
redis.call('PEXPIRE', 'x:story:' .. number, keep)
redis.call('HSET', 'x:article:' .. article, 's', number)
redis.call('SADD', 'x:apart:' .. story, number)
redis.call('SADD', 'x:apart:' .. number, story)
redis.call('PEXPIRE', 'x:apart:' .. story, keep)
redis.call('PEXPIRE', 'x:apart:' .. number, keep)
tell_again(story, redis.call('LINDEX', 'x:story:' .. story, 0))
return number
