-- Makes the lease of a running record end later. Answers whether it runs under this token.
-- KEYS: the record. ARGV: token, lease.
local record = redis.call('GET', KEYS[1])
if not record or string.sub(record, 18, 25) ~= ARGV[1] then
  return 0
end
local state = string.sub(record, 1, 1)
if state ~= 'r' and state ~= 'w' then
  return 0
end
local time = redis.call('TIME')
redis.call('SETRANGE', KEYS[1], 1, struct.pack('>I8', time[1] * 1000000 + time[2] + ARGV[2]))
return 1
