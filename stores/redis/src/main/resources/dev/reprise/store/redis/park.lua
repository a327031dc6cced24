-- Turns a running record into an unknown one. Answers 1 if it is unknown under this token, now or before.
-- KEYS: the record. ARGV: name, token, reason, channel, '1' if only an abandoned one may be parked.
local there = redis.call('HMGET', KEYS[1], 'token', 'state', 'until', 'awaited')
if there[1] ~= ARGV[2] or there[2] == 'completed' then
  return 0
end
if there[2] == 'unknown' then
  return 1
end
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
if ARGV[5] == '1' and tonumber(there[3]) > now then
  return 0
end
local text = string.format('%.0f', now)
redis.call('HSET', KEYS[1], 'state', 'unknown', 'owner', '', 'since', text, 'until', text, 'reason', ARGV[3])
if there[4] then
  redis.call('HDEL', KEYS[1], 'awaited')
  redis.pcall('PUBLISH', ARGV[4], ARGV[1])
end
return 1
