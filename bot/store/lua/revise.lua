-- The outlet has changed an article. `tell`: it has corrected it, and the chats' messages follow.
-- ARGV: article, blob, digest of what the feed says now, tell
local article = ARGV[1]
local known = redis.call('HGET', 'x:article:' .. article, 's')
if not known then return 0 end
redis.call('HSET', 'x:article:' .. article, 'z', ARGV[2], 'h', ARGV[3])
if ARGV[4] == '1' then tell_again(lead(known), article) end
return 1
