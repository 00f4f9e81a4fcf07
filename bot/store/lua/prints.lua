-- Fingerprints with the stories that their articles are in by now; those that are gone are left out.
-- ARGV: numbers of prints...
local rows = {}
for _, number in ipairs(ARGV) do
  local print = redis.call('HMGET', 'x:print:' .. number, 'a', 'z')
  local story = print[1] and redis.call('HGET', 'x:article:' .. print[1], 's')
  if story then rows[#rows + 1] = { number, lead(story), print[2] } end
end
return rows
