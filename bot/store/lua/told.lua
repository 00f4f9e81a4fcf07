-- What a chat was told, merged stories taken as one. ARGV: chat[, story]; without a story: all of them.
local chat = home(ARGV[1])
if ARGV[2] then
  local record = find_told(chat, family(lead(ARGV[2])))
  if not record then return false end
  return cjson.encode(record)
end
local out, done = {}, {}
for _, field in ipairs(redis.call('HKEYS', 'x:told:' .. chat)) do
  local story = lead(field)
  if not done[story] then
    done[story] = true
    local stories = family(story)
    -- the family list may have expired before the told record did
    if not has(stories, field) then stories[#stories + 1] = field end
    local record = find_told(chat, stories)
    out[#out + 1] = { story, cjson.encode(record) }
  end
end
return out
