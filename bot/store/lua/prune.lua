-- An article leaves the index, its story and the store together.
-- ARGV: the oldest seen time to keep as 15 digits, limit
local old = redis.call('ZRANGEBYLEX', 'x:newest', '-', '(' .. ARGV[1], 'LIMIT', 0, ARGV[2])
for _, member in ipairs(old) do
  local id = string.sub(member, 17)
  local story = redis.call('HGET', 'x:article:' .. id, 's')
  if story then redis.call('LREM', 'x:story:' .. lead(story), 0, id) end
  redis.call('DEL', 'x:article:' .. id)
  redis.call('ZREM', 'x:newest', member)
end
return #old
