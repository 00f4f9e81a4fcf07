-- What all scripts share: names, merged stories, moved chats, and the record of what a chat was told.

-- A merged story's id leads to the survivor.
local function lead(story)
  for _ = 1, 32 do
    local to = redis.call('GET', 'x:lead:' .. story)
    if not to then break end
    story = to
  end
  return story
end

-- The survivor itself, then every story merged into it: told records are kept under any of them.
local function family(story)
  local all = redis.call('LRANGE', 'x:kin:' .. story, 0, -1)
  table.insert(all, 1, story)
  return all
end

-- Whether a moderator has said that two stories are not one.
local function apart(one, two)
  return redis.call('SISMEMBER', 'x:apart:' .. one, two) == 1
end

-- Merge the younger ones into the oldest. What chats were told stays where it is and is found through the
-- family, so this takes the same time whether ten chats or a million were told. Who was split by hand from one
-- that is merged already stays where it is.
local function merge(story, found, keep)
  local joined = { story }
  for i = 2, #found do
    local younger, allowed = found[i], true
    for _, one in ipairs(joined) do if apart(one, younger) then allowed = false end end
    if allowed then
      joined[#joined + 1] = younger
      for _, one in ipairs(redis.call('LRANGE', 'x:story:' .. younger, 0, -1)) do
        redis.call('RPUSH', 'x:story:' .. story, one)
      end
      for _, kin in ipairs(family(younger)) do redis.call('RPUSH', 'x:kin:' .. story, kin) end
      for _, other in ipairs(redis.call('SMEMBERS', 'x:apart:' .. younger)) do
        redis.call('SADD', 'x:apart:' .. story, other)
        redis.call('SADD', 'x:apart:' .. other, story)
        redis.call('PEXPIRE', 'x:apart:' .. story, keep)
        redis.call('PEXPIRE', 'x:apart:' .. other, keep)
      end
      redis.call('DEL', 'x:story:' .. younger, 'x:kin:' .. younger, 'x:apart:' .. younger)
      redis.call('SET', 'x:lead:' .. younger, story, 'PX', keep)
    end
  end
  if #joined > 1 then
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
  return story
end

-- Every chat that was told gets its message as it is now, and nobody else hears of it.
local function tell_again(story, article)
  redis.call('XADD', 'x:fanout', '*', 'story', story, 'article', article, 'filters', '[]', 'kind', 'correction')
end

-- Deliveries written before a chat moved carry its old key.
local function home(chat)
  for _ = 1, 8 do
    local to = redis.call('GET', 'x:moved:' .. chat)
    if not to then break end
    chat = to
  end
  return chat
end

local function held(chat)
  return redis.call('EXISTS', 'x:chat:' .. chat) == 1
end

local PLATFORMS = { t = 'telegram', s = 'slack', w = 'web' }
local function outbox(chat)
  return 'x:outbox:' .. PLATFORMS[string.sub(chat, 1, 1)]
end

-- The strongest record wins when a chat was told both halves of what is now one story.
local RANK = { done = 4, sending = 3, queued = 2, given_up = 1 }
local function find_told(chat, stories)
  local best, at
  local raw = redis.call('HMGET', 'x:told:' .. chat, unpack(stories))
  for i, story in ipairs(stories) do
    if raw[i] then
      local record = cjson.decode(raw[i])
      if not best or RANK[record.s] > RANK[best.s] then best, at = record, story end
    end
  end
  return best, at
end

local function has(list, value)
  for _, one in ipairs(list) do if one == value then return true end end
  return false
end

local function put_told(chat, story, record, now, keep)
  record.t = now
  if #record.a == 0 then record.a = nil end  -- an empty table would be written as an object
  local key = 'x:told:' .. chat
  redis.call('HSET', key, story, cjson.encode(record))
  redis.call('PEXPIRE', key, keep)
  redis.call('ZADD', 'x:tellers:' .. story, 0, chat)
  redis.call('PEXPIRE', 'x:tellers:' .. story, keep)
end

local function read_told(chat, stories)
  local record, at = find_told(chat, stories)
  if record and not record.a then record.a = {} end
  return record, at
end

-- The hash of a busy chat is written to every day and would never expire as a whole. Looking at all of it
-- is dear, so it happens once in sixteen records.
local function prune_told(chat, now, keep)
  if redis.call('HLEN', 'x:told:' .. chat) % 16 ~= 0 then return end
  local all = redis.call('HGETALL', 'x:told:' .. chat)
  for i = 1, #all, 2 do
    if tonumber(cjson.decode(all[i + 1]).t) < tonumber(now) - tonumber(keep) then
      redis.call('HDEL', 'x:told:' .. chat, all[i])
      redis.call('ZREM', 'x:tellers:' .. all[i], chat)
    end
  end
end

-- Lanes: urgent actions first, then news, and changes of what was told already last.
local function enqueue(chat, story, article, kind, attempts, queued, urgent)
  local lane = urgent and ':urgent' or kind ~= 'new' and ':edits' or ''
  redis.call('XADD', outbox(chat) .. lane, '*', 'chat', chat, 'story', story, 'article', article,
    'kind', kind, 'attempts', attempts, 'queued', queued)
end

-- The bell of what a chat is told together: one for each chat, because it is spelt the same every time.
local function bell_of(chat)
  return '{"platform":"' .. PLATFORMS[string.sub(chat, 1, 1)] .. '","chat":"' .. chat ..
    '","story":"","article":"","kind":"digest","attempts":"0","queued":"0"}'
end

local function ring(chat, due)
  local bell = bell_of(chat)
  local before = redis.call('ZSCORE', 'x:delayed', bell)
  if not before or tonumber(due) < tonumber(before) then redis.call('ZADD', 'x:delayed', due, bell) end
end

-- Out of the stream for good. 0: somebody else has dealt with the entry.
local function settle(stream, entry)
  local acked = redis.call('XACK', stream, 'xeberdar', entry)
  redis.call('XDEL', stream, entry)
  return acked
end

-- Which filter ('f', id) or pack ('p', sealed name) is not what it was; what it is now stands in its hash.
-- The ids of the entries are made of the server's time, so a history that lost its end is not taken for ours.
local function note_change(kind, id)
  redis.call('XADD', 'x:changes', 'MAXLEN', 10000, '*', kind, id)
end

local function follow(chat, filter, sealed)
  redis.call('ZADD', 'x:followers:' .. filter, 0, chat)
  if redis.call('HSETNX', 'x:filters', filter, sealed) == 1 then note_change('f', filter) end
end

local function unfollow(chat, filter)
  redis.call('ZREM', 'x:followers:' .. filter, chat)
  if redis.call('EXISTS', 'x:followers:' .. filter) == 1 then return end
  if redis.call('HDEL', 'x:filters', filter) == 1 then note_change('f', filter) end
end
