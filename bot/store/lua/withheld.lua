-- What waits to be told together: rows of story, since when, why. ARGV: chat
local chat, out = home(ARGV[1]), {}
local all = redis.call('HGETALL', 'x:withheld:' .. chat)
for i = 1, #all, 2 do
  local queued, why = string.match(all[i + 1], '^(%d+):(.*)$')
  out[#out + 1] = { lead(all[i]), queued, why }
end
return out
