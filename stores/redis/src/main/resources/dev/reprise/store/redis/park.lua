-- Turns a running record into an unknown one. Answers 1 if it is unknown under this token, now or before.
-- KEYS: the record; its bucket. ARGV: name, token, reason, channel, '1' if only an abandoned one may be parked.
local record = redis.call('GET', KEYS[1])
if not record then
  return 0
end
local state, till, token, attempt, created, ids, abouts, at =
  string.match(record, '^(%a) (%d+) (%d+) (%d+) (%d+) %d+ (%d+) (%d+) %d+\n()')
if token ~= ARGV[2] or state == 'c' then
  return 0
end
if state == 'u' then
  return 1
end
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
if ARGV[5] == '1' and tonumber(till) > now then
  return 0
end
local since = string.format('%.0f', now)
redis.call('SET', KEYS[1], 'u ' .. since .. ' ' .. token .. ' ' .. attempt .. ' ' .. created .. ' ' .. since .. ' ' .. ids .. ' ' ..
  abouts .. ' ' .. #ARGV[3] .. '\n' .. string.sub(record, at, at + abouts - 1) .. ARGV[3])
redis.call('ZADD', KEYS[2], token, ARGV[1])
if state == 'w' then
  redis.pcall('PUBLISH', ARGV[4], ARGV[1])
end
return 1
