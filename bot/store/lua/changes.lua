-- What changed since an entry of the log, as it is now: a filter that came and went is told once, as gone.
-- nil when the log does not hold that entry any more (or never did): everything must be read anew.
-- ARGV: id of the last entry known, '0-0' none
local since = ARGV[1]
local last = redis.call('XREVRANGE', 'x:changes', '+', '-', 'COUNT', 1)[1]
local now = last and last[1] or '0-0'
if now == since then return { now } end
if #redis.call('XRANGE', 'x:changes', since, since) == 0 then return false end

local HASHES = { f = 'x:filters', p = 'x:packs' }
local out, told = { now }, {}
for _, entry in ipairs(redis.call('XRANGE', 'x:changes', '(' .. since, '+')) do
  local kind, id = unpack(entry[2])
  if not told[kind .. id] then
    told[kind .. id] = true
    out[#out + 1] = { kind, id, redis.call('HGET', HASHES[kind], id) }
  end
end
return out
