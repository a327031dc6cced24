-- Gives the turn to find out what happened. Answers whether it is the caller's.
-- KEYS: the record. ARGV: token, turn.
local record = redis.call('GET', KEYS[1])
if not record or string.sub(record, 18, 25) ~= ARGV[1] then
  return 0
end
local state, till = struct.unpack('>c1I8', record)
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
if state ~= 'u' or till > now then
  return 0
end
redis.call('SETRANGE', KEYS[1], 1, struct.pack('>I8', now + ARGV[2]))
return 1
