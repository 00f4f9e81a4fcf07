-- Closes: "seen but never enqueued" and "enqueued twice" (a crash in between), and two pollers that hand in
-- the two versions of one report at once and would open two stories.
-- ARGV: source, entry, article, blob, seen as 15 digits, tell, filters as JSON, now, archive ms, claims...
local source, entry, article, tell, now, keep = ARGV[1], ARGV[2], ARGV[3], ARGV[6], ARGV[8], ARGV[9]

redis.call('ZADD', 'x:seen:' .. source, now, entry)
redis.call('PEXPIRE', 'x:seen:' .. source, keep)

local known = redis.call('HGET', 'x:article:' .. article, 's')
if known then return { lead(known), 0, 0 } end

local found, is_found = {}, {}
for i = 10, #ARGV do
  local story = redis.call('GET', 'x:claim:' .. ARGV[i])
  if story then
    story = lead(story)
    if not is_found[story] then is_found[story] = true; found[#found + 1] = story end
  end
end
table.sort(found, function(a, b) return tonumber(a) < tonumber(b) end)

local number = string.format('%.0f', redis.call('INCR', 'x:sequence'))
local story = found[1] or number

-- Merge the younger ones into the oldest. What chats were told stays where it is and is found through the
-- family, so this takes the same time whether ten chats or a million were told.
for i = 2, #found do
  local younger = found[i]
  for _, one in ipairs(redis.call('LRANGE', 'x:story:' .. younger, 0, -1)) do
    redis.call('RPUSH', 'x:story:' .. story, one)
  end
  for _, kin in ipairs(family(younger)) do redis.call('RPUSH', 'x:kin:' .. story, kin) end
  redis.call('DEL', 'x:story:' .. younger, 'x:kin:' .. younger)
  redis.call('SET', 'x:lead:' .. younger, story, 'PX', keep)
end
if #found > 1 then
  local ids, order = redis.call('LRANGE', 'x:story:' .. story, 0, -1), {}
  for _, id in ipairs(ids) do order[id] = tonumber(redis.call('HGET', 'x:article:' .. id, 'n') or 0) end
  table.sort(ids, function(a, b) return order[a] < order[b] end)
  redis.call('DEL', 'x:story:' .. story)
  for _, id in ipairs(ids) do redis.call('RPUSH', 'x:story:' .. story, id) end
end
-- A lead must outlive the claims and tellers that point at it.
for _, kin in ipairs(redis.call('LRANGE', 'x:kin:' .. story, 0, -1)) do
  redis.call('PEXPIRE', 'x:lead:' .. kin, keep)
end
redis.call('PEXPIRE', 'x:kin:' .. story, keep)

redis.call('HSET', 'x:article:' .. article, 'z', ARGV[4], 's', story, 'n', number)
redis.call('PEXPIRE', 'x:article:' .. article, keep)
redis.call('RPUSH', 'x:story:' .. story, article)
redis.call('PEXPIRE', 'x:story:' .. story, keep)
for i = 10, #ARGV do redis.call('SET', 'x:claim:' .. ARGV[i], story, 'PX', keep) end
redis.call('ZADD', 'x:newest', 0, ARGV[5] .. ':' .. article)
if tell == '1' then
  redis.call('XADD', 'x:fanout', '*', 'story', story, 'article', article, 'filters', ARGV[7])
end
return { story, #found == 0 and 1 or 0, 1 }
