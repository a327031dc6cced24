-- Turns a running or unknown record into a finished one. Answers 1 if this token has done so, now or before.
-- KEYS: the record; the open operations of its bucket. ARGV: name, token, retention, channel, head of the response, its body if it has one.
local there = redis.call('HMGET', KEYS[1], 'token', 'state', 'until', 'awaited')
if there[1] ~= ARGV[2] then
  return 0
end
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
if there[2] == 'completed' then
  return tonumber(there[3]) > now and 1 or 0
end
local expires = now + ARGV[3]
redis.call('HSET', KEYS[1], 'state', 'completed', 'owner', '', 'since', string.format('%.0f', now),
  'until', string.format('%.0f', expires), 'head', ARGV[5], ARGV[6] and 'body' or 'reason', ARGV[6] or '')
redis.call('PEXPIREAT', KEYS[1], string.format('%.0f', math.ceil(expires / 1000)))
redis.call('ZREM', KEYS[2], ARGV[1])
if there[4] then
  redis.call('HDEL', KEYS[1], 'awaited')
  redis.pcall('PUBLISH', ARGV[4], ARGV[1])
end
return 1
