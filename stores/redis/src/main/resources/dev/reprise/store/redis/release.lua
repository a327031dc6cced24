-- Deletes a running or unknown record. Answers 1 if there is none, now or before.
-- KEYS: the record; its bucket. ARGV: name, token, channel.
local record = redis.call('GET', KEYS[1])
if not record then
  return 1
end
local state, till, token = string.match(record, '^(%a) (%d+) (%d+)')
if state == 'c' then
  local time = redis.call('TIME')
  return tonumber(till) <= time[1] * 1000000 + time[2] and 1 or 0
end
if token ~= ARGV[2] then
  return 0
end
redis.call('DEL', KEYS[1])
redis.call('ZADD', KEYS[2], 'GT', token, '')
if state == 'u' then
  redis.call('ZREM', KEYS[2], ARGV[1])
elseif state == 'w' then
  redis.pcall('PUBLISH', ARGV[3], ARGV[1])
end
return 1
