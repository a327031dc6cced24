-- Deletes a running or unknown record. Answers 1 if there is none, now or before.
-- KEYS: the record; its bucket. ARGV: token.
local record = redis.call('GET', KEYS[1])
if not record then
  return 1
end
local state, till = struct.unpack('>c1I8', record)
if state == 'c' then
  local time = redis.call('TIME')
  return till <= time[1] * 1000000 + time[2] and 1 or 0
end
if string.sub(record, 18, 25) ~= ARGV[1] then
  return 0
end
redis.call('DEL', KEYS[1])
redis.call('ZADD', KEYS[2], 'GT', string.format('%.0f', struct.unpack('>I8', ARGV[1])), '')
local prefix, bucket, rest = string.match(KEYS[1], '^(.*):{(..)}(.*)$')
if state == 'u' then
  redis.call('ZREM', KEYS[2], bucket .. rest)
elseif state == 'w' then
  redis.pcall('PUBLISH', prefix .. ':changes', bucket .. rest)
end
return 1
