-- Turns a running or unknown record into a finished one. Answers 1 if this token has done so, now or before.
-- KEYS: the record; its bucket. ARGV: name, token, retention, channel, head of the response, its body.
local record = redis.call('GET', KEYS[1])
if not record then
  return 0
end
local state, till, token, attempt, created, ids, abouts, at =
  string.match(record, '^(%a) (%d+) (%d+) (%d+) (%d+) %d+ (%d+) (%d+) %d+\n()')
if token ~= ARGV[2] then
  return 0
end
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
if state == 'c' then
  return tonumber(till) > now and 1 or 0
end
local expires = now + ARGV[3]
redis.call('SET', KEYS[1], 'c ' .. string.format('%.0f', expires) .. ' ' .. token .. ' ' .. attempt .. ' ' .. created .. ' ' ..
  string.format('%.0f', now) .. ' ' .. ids .. ' ' .. abouts .. ' ' .. #ARGV[5] .. '\n' .. string.sub(record, at, at + abouts - 1) ..
  ARGV[5] .. ARGV[6], 'PXAT', string.format('%.0f', math.ceil(expires / 1000)))
if tonumber(ARGV[3]) < 3600000000 then
  -- It is gone soon, and the clock may be set back by as much.
  redis.call('ZADD', KEYS[2], 'GT', token, '')
end
if state == 'u' then
  redis.call('ZREM', KEYS[2], ARGV[1])
elseif state == 'w' then
  redis.pcall('PUBLISH', ARGV[4], ARGV[1])
end
return 1
