-- Turns a running record into an unknown one. Answers 1 if it is unknown under this token, now or before.
-- KEYS: the record; its bucket. ARGV: token, the record from the length of the reason on, '1' if only an abandoned one may be parked.
local record = redis.call('GET', KEYS[1])
if not record or string.sub(record, 18, 25) ~= ARGV[1] then
  return 0
end
local state, till = struct.unpack('>c1I8', record)
if state == 'c' then
  return 0
end
if state == 'u' then
  return 1
end
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
if ARGV[3] == '1' and till > now then
  return 0
end
local behind = 46 + struct.unpack('>I4', record, 42)
redis.call('SET', KEYS[1],
  struct.pack('>c1I8I8', 'u', now, now) .. string.sub(record, 18, behind - 1) .. ARGV[2] .. string.sub(record, behind + 4))
local prefix, bucket, rest = string.match(KEYS[1], '^(.*):{(..)}(.*)$')
redis.call('ZADD', KEYS[2], string.format('%.0f', struct.unpack('>I8', ARGV[1])), bucket .. rest)
if state == 'w' then
  redis.pcall('PUBLISH', prefix .. ':changes', bucket .. rest)
end
return 1
