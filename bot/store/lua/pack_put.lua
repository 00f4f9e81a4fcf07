-- The pack and the note that it changed, in one step. ARGV: sealed name, sealed query
if redis.call('HGET', 'x:packs', ARGV[1]) == ARGV[2] then return 0 end
redis.call('HSET', 'x:packs', ARGV[1], ARGV[2])
note_change('p', ARGV[1])
return 1
