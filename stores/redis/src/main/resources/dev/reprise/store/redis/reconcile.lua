-- Gives the turn to find out what happened. Answers whether it is the caller's.
-- KEYS: the record. ARGV: token, turn.
local there = redis.call('HMGET', KEYS[1], 'token', 'state', 'until')
if there[1] ~= ARGV[1] or there[2] ~= 'unknown' then
  return 0
end
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
if tonumber(there[3]) > now then
  return 0
end
redis.call('HSET', KEYS[1], 'until', string.format('%.0f', now + ARGV[2]))
return 1
