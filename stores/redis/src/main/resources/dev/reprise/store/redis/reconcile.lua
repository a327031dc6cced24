-- Gives the turn to find out what happened. Answers whether it is the caller's.
-- KEYS: the record. ARGV: token, turn.
local record = redis.call('GET', KEYS[1])
if not record then
  return 0
end
local state, till, behind, token = string.match(record, '^(%a) (%d+)() (%d+)')
if token ~= ARGV[1] or state ~= 'u' then
  return 0
end
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
if tonumber(till) > now then
  return 0
end
redis.call('SET', KEYS[1], 'u ' .. string.format('%.0f', now + ARGV[2]) .. string.sub(record, behind))
return 1
