-- Closes: "seen but never enqueued" and "enqueued twice" (a crash in between), and two pollers that hand in
-- the two versions of one report at once and would open two stories. Who decided what this article belongs to
-- says up to which print it has looked; when somebody filed another meanwhile nothing happens, and it looks again.
-- ARGV: source, entry, article, blob, seen as 15 digits, tell, filters as JSON, now, archive ms,
-- print ("" for none), prints' ms, the last print that was looked at ("" to publish anyway),
-- kindred articles as JSON, what the print is filed under as JSON, claims...
local source, entry, article, tell, now, keep = ARGV[1], ARGV[2], ARGV[3], ARGV[6], ARGV[8], ARGV[9]
local MOST_FILED, CLAIMS = 400, 15  -- a busy key's list is cut to the newest

local known = redis.call('HGET', 'x:article:' .. article, 's')
if not known and ARGV[12] ~= '' and (redis.call('GET', 'x:prints') or '0') ~= ARGV[12] then
  return { '', 0, 0, 1 }
end

redis.call('ZADD', 'x:seen:' .. source, now, entry)
redis.call('PEXPIRE', 'x:seen:' .. source, keep)

if known then return { lead(known), 0, 0, 0 } end

local found, is_found = {}, {}
local function join(story)
  if not story then return end
  story = lead(story)
  if not is_found[story] then is_found[story] = true; found[#found + 1] = story end
end
for i = CLAIMS, #ARGV do join(redis.call('GET', 'x:claim:' .. ARGV[i])) end
for _, kin in ipairs(cjson.decode(ARGV[13])) do join(redis.call('HGET', 'x:article:' .. kin, 's')) end
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
for i = CLAIMS, #ARGV do redis.call('SET', 'x:claim:' .. ARGV[i], story, 'PX', keep) end
if ARGV[10] ~= '' then
  local print = redis.call('INCR', 'x:prints')
  local at = 'x:print:' .. string.format('%.0f', print)
  redis.call('HSET', at, 'a', article, 'z', ARGV[10])
  redis.call('PEXPIRE', at, ARGV[11])
  local packed = struct.pack('>I4', print)
  for _, key in ipairs(cjson.decode(ARGV[14])) do
    local trail = 'x:trail:' .. key
    if redis.call('APPEND', trail, packed) > 8 * MOST_FILED then
      redis.call('SET', trail, redis.call('GETRANGE', trail, -4 * MOST_FILED, -1))
    end
    redis.call('PEXPIRE', trail, ARGV[11])
  end
end
redis.call('ZADD', 'x:newest', 0, ARGV[5] .. ':' .. article)
if tell == '1' then
  redis.call('XADD', 'x:fanout', '*', 'story', story, 'article', article, 'filters', ARGV[7])
end
return { story, #found == 0 and 1 or 0, 1, 0 }
