-- Makes the lease of a running record end later. Answers whether it runs under this token.
-- KEYS: the record. ARGV: token, lease.
local record = redis.call('GET', KEYS[1])
if not record then
  return 0
end
local state, behind, token = string.match(record, '^(%a) %d+() (%d+)')
if token ~= ARGV[1] or (state ~= 'r' and state ~= 'w') then
  return 0
end
local time = redis.call('TIME')
redis.call('SET', KEYS[1],
  state .. ' ' .. string.format('%.0f', time[1] * 1000000 + time[2] + ARGV[2]) .. string.sub(record, behind))
return 1
