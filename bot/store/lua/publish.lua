-- Closes: "seen but never enqueued" and "enqueued twice" (a crash in between), and two pollers that hand in
-- the two versions of one report at once and would open two stories. Who decided what this article belongs to
-- says up to which print it has looked; when somebody filed another meanwhile nothing happens, and it looks again.
-- ARGV: source, entry, article, blob, seen as 15 digits, tell, filters as JSON, now, archive ms,
-- print ("" for none), prints' ms, the last print that was looked at ("" to publish anyway),
-- kindred articles as JSON, what the print is filed under as JSON, digest of what the feed said, language,
-- an article whose case it goes on with, whether it is urgent, claims...
-- A claim that begins with ~ says that the address is another language's version.
local source, entry, article, tell, now, keep = ARGV[1], ARGV[2], ARGV[3], ARGV[6], ARGV[8], ARGV[9]
local MOST_FILED, CLAIMS, LANG = 400, 19, ARGV[16]  -- a busy key's list is cut to the newest

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
-- Some sites name one section page as the translation of everything: who shares a translation with a text of the
-- same source in the same language has none.
local function is_hub(story)
  for _, id in ipairs(redis.call('LRANGE', 'x:story:' .. lead(story), 0, -1)) do
    local other = redis.call('HMGET', 'x:article:' .. id, 'l', 'o')
    if other[1] == LANG and other[2] == source then return true end
  end
  return false
end
local claimed = {}
for i = CLAIMS, #ARGV do
  local claim, weak = ARGV[i], string.sub(ARGV[i], 1, 1) == '~'
  if weak then claim = string.sub(claim, 2) end
  local held = redis.call('GET', 'x:claim:' .. claim)
  if not (weak and held and is_hub(held)) then
    join(held)
    claimed[#claimed + 1] = claim
  end
end
for _, kin in ipairs(cjson.decode(ARGV[13])) do join(redis.call('HGET', 'x:article:' .. kin, 's')) end
table.sort(found, function(a, b) return tonumber(a) < tonumber(b) end)

local number = string.format('%.0f', redis.call('INCR', 'x:sequence'))
local story = found[1] or number

story = merge(story, found, keep)

redis.call('HSET', 'x:article:' .. article, 'z', ARGV[4], 's', story, 'n', number, 'h', ARGV[15], 'l', LANG, 'o', source)
redis.call('PEXPIRE', 'x:article:' .. article, keep)
redis.call('RPUSH', 'x:story:' .. story, article)
redis.call('PEXPIRE', 'x:story:' .. story, keep)
for _, claim in ipairs(claimed) do redis.call('SET', 'x:claim:' .. claim, story, 'PX', keep) end
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
local past = #found == 0 and ARGV[17] ~= '' and redis.call('HGET', 'x:article:' .. ARGV[17], 's')
if past then redis.call('SET', 'x:past:' .. story, lead(past), 'PX', keep) end
redis.call('ZADD', 'x:newest', 0, ARGV[5] .. ':' .. article)
if tell == '1' then
  redis.call('XADD', 'x:fanout', '*', 'story', story, 'article', article, 'filters', ARGV[7],
    'urgent', ARGV[18])
end
return { story, #found == 0 and 1 or 0, 1, 0 }
