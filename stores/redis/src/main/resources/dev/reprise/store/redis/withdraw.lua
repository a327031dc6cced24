-- Takes a claim back whose owner has executed nothing. Answers 1 if nothing is left to take back, and 0 if the claim is not there.
-- KEYS: the record; the open operations of its bucket. ARGV: name, owner, channel.
local there = redis.call('HMGET', KEYS[1], 'state', 'owner', 'attempt', 'until', 'awaited')
if not there[1] then
  return 0
end
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
if there[1] == 'completed' then
  return tonumber(there[4]) > now and 1 or 0
end
if there[1] ~= 'running' or there[2] ~= ARGV[2] then
  return 0
end
if there[3] == '1' then
  redis.call('DEL', KEYS[1])
  redis.call('ZREM', KEYS[2], ARGV[1])
  if there[5] then
    redis.pcall('PUBLISH', ARGV[3], ARGV[1])
  end
else
  redis.call('HSET', KEYS[1], 'until', string.format('%.0f', now))
end
return 1
