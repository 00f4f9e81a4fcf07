-- From the delayed set back to the stream in one step: never lost, never twice.
-- ARGV: now, limit
local due = redis.call('ZRANGEBYSCORE', 'x:delayed', '-inf', ARGV[1], 'LIMIT', 0, ARGV[2])
for _, member in ipairs(due) do
  local one = cjson.decode(member)
  local lane = one.lane and one.lane ~= '' and ':' .. one.lane or ''
  redis.call('XADD', 'x:outbox:' .. one.platform .. lane, '*', 'chat', one.chat, 'story', one.story,
    'article', one.article, 'kind', one.kind, 'attempts', one.attempts, 'queued', one.queued)
  redis.call('ZREM', 'x:delayed', member)
end
return #due
