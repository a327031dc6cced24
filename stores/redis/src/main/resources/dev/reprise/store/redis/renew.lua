-- Makes the lease of a running record end later. Answers whether it runs under this token.
-- KEYS: the record. ARGV: token, lease.
local there = redis.call('HMGET', KEYS[1], 'token', 'state')
if there[1] ~= ARGV[1] or there[2] ~= 'running' then
  return 0
end
local time = redis.call('TIME')
redis.call('HSET', KEYS[1], 'until', string.format('%.0f', time[1] * 1000000 + time[2] + ARGV[2]))
return 1
