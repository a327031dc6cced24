-- Turns a running or unknown record into a finished one. Answers 1 if this token has done so, now or before.
-- KEYS: the record; its bucket.
-- ARGV: token, retention, the same in milliseconds and rather longer, the record from the length of the response's head on.
local record = redis.call('GET', KEYS[1])
if not record or string.sub(record, 18, 25) ~= ARGV[1] then
  return 0
end
local state, till = struct.unpack('>c1I8', record)
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
if state == 'c' then
  return till > now and 1 or 0
end
redis.call('SET', KEYS[1],
  struct.pack('>c1I8I8', 'c', now + ARGV[2], now) .. string.sub(record, 18, 45 + struct.unpack('>I4', record, 42)) .. ARGV[4],
  'PX', ARGV[3])
if tonumber(ARGV[2]) < 3600000000 then
  -- It is gone soon, and the clock may be set back by as much.
  redis.call('ZADD', KEYS[2], 'GT', string.format('%.0f', struct.unpack('>I8', ARGV[1])), '')
end
if state == 'u' or state == 'w' then
  local prefix, bucket, rest = string.match(KEYS[1], '^(.*):{(..)}(.*)$')
  if state == 'u' then
    redis.call('ZREM', KEYS[2], bucket .. rest)
  else
    redis.pcall('PUBLISH', prefix .. ':changes', bucket .. rest)
  end
end
return 1
