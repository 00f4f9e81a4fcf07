-- Deliveries for one worker, the first lane's before the next one's, each with where its chat lives now.
-- ARGV: worker, limit, streams of the lanes in their order...
local out, left = {}, tonumber(ARGV[2])
for i = 3, #ARGV do
  if left <= 0 then break end
  local reply = redis.call('XREADGROUP', 'GROUP', 'xeberdar', ARGV[1], 'COUNT', left, 'STREAMS', ARGV[i], '>')
  for _, row in ipairs(reply and reply[1][2] or {}) do
    out[#out + 1] = { ARGV[i], row[1], row[2] }
    left = left - 1
  end
end
return out
