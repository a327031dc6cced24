-- Deletes a running or unknown record. Answers 1 if there is none, now or before.
-- KEYS: the record; the open operations of its bucket. ARGV: name, token, channel.
local there = redis.call('HMGET', KEYS[1], 'token', 'state', 'until', 'awaited')
if not there[2] then
  return 1
end
if there[2] == 'completed' then
  local time = redis.call('TIME')
  return tonumber(there[3]) <= time[1] * 1000000 + time[2] and 1 or 0
end
if there[1] ~= ARGV[2] then
  return 0
end
redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[2], ARGV[1])
if there[4] then
  redis.pcall('PUBLISH', ARGV[3], ARGV[1])
end
return 1
