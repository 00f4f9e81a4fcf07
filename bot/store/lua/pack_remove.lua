-- The pack and the note that it is gone, in one step. ARGV: sealed name
local gone = redis.call('HDEL', 'x:packs', ARGV[1])
if gone == 1 then note_change('p', ARGV[1]) end
return gone
