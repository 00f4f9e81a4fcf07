-- A story and its articles as of one moment: a merge in between cannot lose any.
-- ARGV: story ids...
local out = {}
for i = 1, #ARGV do
  local story, blobs = lead(ARGV[i]), {}
  for _, id in ipairs(redis.call('LRANGE', 'x:story:' .. story, 0, -1)) do
    local blob = redis.call('HGET', 'x:article:' .. id, 'z')
    if blob then blobs[#blobs + 1] = blob end
  end
  local past = redis.call('GET', 'x:past:' .. story)
  past = past and lead(past) or ''
  out[i] = { story, blobs, past ~= story and past or '' }  -- what was found to be one report goes on with nothing
end
return out
