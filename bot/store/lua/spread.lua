-- The page is enqueued, the told records say so and the cursor moves in one step: a crash neither skips
-- a page nor sends one twice, and a chat that follows several of the filters gets one delivery.
-- ARGV: entry, story, article, filters as JSON, page, now, keep ms
local entry, article, page, now, keep = ARGV[1], ARGV[3], tonumber(ARGV[5]), ARGV[6], ARGV[7]
local row = redis.call('XRANGE', 'x:fanout', entry, entry)
if #row == 0 then return 1 end  -- finished by somebody else
local fields, correction, urgent = row[1][2], false, false
for i = 1, #fields, 2 do
  if fields[i] == 'kind' then correction = fields[i + 1] == 'correction' end
  if fields[i] == 'urgent' then urgent = fields[i + 1] == '1' end
end

local story = lead(ARGV[2])
local stories = family(story)
local state = 'x:cursor:' .. article .. (correction and ':correction' or '')

-- The plan is kept: a merge in the middle must not shift what the cursor counts.
local plan, step, after = unpack(redis.call('HMGET', state, 'plan', 'step', 'after'))
if plan then
  plan, step = cjson.decode(plan), tonumber(step)
else
  plan, step, after = {}, 1, ''
  for _, one in ipairs(stories) do plan[#plan + 1] = { 'edit', 'x:tellers:' .. one } end
  for _, filter in ipairs(cjson.decode(ARGV[4])) do plan[#plan + 1] = { 'new', 'x:followers:' .. filter } end
end

local function edit(chat)
  local record, at = read_told(chat, stories)
  if not record or record.s == 'given_up' then return end
  if correction then
    -- Whose first message is still on its way gets it as it is now.
    if record.s == 'done' then enqueue(chat, story, article, 'correction', 0, now) end
    return
  end
  if has(record.a, article) then return end
  if record.s == 'done' then
    enqueue(chat, story, article, 'edit', 0, now)
  else
    record.p = article  -- its first message is still on the way: finish.lua looks whether that showed it
    put_told(chat, at, record, record.t, keep)
  end
end

local function new(chat)
  local record = read_told(chat, stories)
  if record and record.s ~= 'given_up' then return end
  if redis.call('ZSCORE', 'x:silent', chat) then return end
  put_told(chat, story, { s = 'queued', a = {} }, now, keep)
  enqueue(chat, story, article, 'new', 0, now, urgent)
end

while step <= #plan and page > 0 do
  local kind, index = plan[step][1], plan[step][2]
  local from = after == '' and '-' or '(' .. after
  local chats = redis.call('ZRANGEBYLEX', index, from, '+', 'LIMIT', 0, page)
  for _, chat in ipairs(chats) do
    if kind == 'edit' then edit(chat) else new(chat) end
    after = chat
  end
  if #chats < page then step, after = step + 1, '' end
  page = page - math.max(#chats, 1)
end

if step > #plan then
  redis.call('DEL', state)
  settle('x:fanout', entry)
  return 1
end
redis.call('HSET', state, 'plan', cjson.encode(plan), 'step', step, 'after', after)
return 0
