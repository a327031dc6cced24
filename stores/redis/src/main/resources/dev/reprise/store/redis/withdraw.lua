-- Takes a claim back whose owner has executed nothing. Answers 1 if nothing is left to take back, and 0 if the claim is not there.
-- KEYS: the record; its bucket. ARGV: the record from the lengths on, as it was claimed.
local record = redis.call('GET', KEYS[1])
if not record then
  return 0
end
local state, till = struct.unpack('>c1I8', record)
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
if state == 'c' then
  return till > now and 1 or 0
end
local claimed = string.sub(record, 38)
if state == 'u' then
  -- The owner comes behind the reason, and without its length.
  local behind = 9 + struct.unpack('>I4', claimed, 5)
  local owner = string.sub(claimed, behind + 4 + struct.unpack('>I4', claimed, behind))
  claimed = string.sub(claimed, 1, behind - 1) .. struct.pack('>I4', string.len(owner)) .. owner
end
if claimed ~= ARGV[1] then
  return 0
end
local token, attempt = struct.unpack('>I8I4', record, 18)
if attempt == 1 then
  redis.call('DEL', KEYS[1])
  redis.call('ZADD', KEYS[2], 'GT', string.format('%.0f', token), '')
  if state == 'u' or state == 'w' then
    local prefix, bucket, rest = string.match(KEYS[1], '^(.*):{(..)}(.*)$')
    if state == 'u' then
      redis.call('ZREM', KEYS[2], bucket .. rest)
    else
      redis.pcall('PUBLISH', prefix .. ':changes', bucket .. rest)
    end
  end
elseif state ~= 'u' then
  redis.call('SETRANGE', KEYS[1], 1, struct.pack('>I8', now))
end
return 1
