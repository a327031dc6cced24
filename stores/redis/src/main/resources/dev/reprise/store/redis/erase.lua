-- Leaves of a recorded answer its status alone, until the record expires. Answers 1 if the operation is finished under this token.
-- KEYS: the record. ARGV: token, the record from the length of the text on.
local record = redis.call('GET', KEYS[1])
if not record or string.sub(record, 18, 25) ~= ARGV[1] then
  return 0
end
local state, till = struct.unpack('>c1I8', record)
local time = redis.call('TIME')
if state ~= 'c' or till <= time[1] * 1000000 + time[2] then
  return 0
end
redis.call('SET', KEYS[1], string.sub(record, 1, 45 + struct.unpack('>I4', record, 42)) .. ARGV[2], 'KEEPTTL')
return 1
