-- Claims an operation, or says what is there.
-- Answers 12 bytes, which are token and attempt, or the time, in 8 bytes, and the record. Not a list: to Redis that costs nearly as much as the rest.
-- KEYS: the record; its bucket. ARGV: lease; the record from the lengths on; token to take over from, if any.
local record = redis.call('GET', KEYS[1])
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local token, attempt, created, former = now, 1, now, nil
if record then
  local state, till = struct.unpack('>c1I8', record)
  if state == 'c' and till > now then
    -- The most frequent duplicate. Whether it is of the same operation, the caller sees.
    return struct.pack('>I8', now) .. record
  end
  local latest, tries, first, ids = struct.unpack('>I8I4I8I4', record, 18)
  if state ~= 'c' then
    if state ~= 'u' and string.sub(record, 38) == ARGV[2] then
      return string.sub(record, 18, 29)
    end
    if string.sub(record, 18, 25) ~= ARGV[3] or (state ~= 'u' and till > now)
      or string.sub(record, 38, 41) ~= string.sub(ARGV[2], 1, 4) or string.sub(record, 46, 45 + ids) ~= string.sub(ARGV[2], 9, 8 + ids) then
      return struct.pack('>I8', now) .. record
    end
    attempt, created, former = tries + 1, first, state
  end
  token = math.max(now, latest + 1)
end
-- The empty member is the latest token of what was deleted, so that tokens grow also if the clock is set back.
local deleted = redis.call('ZSCORE', KEYS[2], '')
if deleted then
  token = math.max(token, deleted + 1)
end
local beginning = struct.pack('>c1I8I8I8I4I8', 'r', now + ARGV[1], now, token, attempt, created)
redis.call('SET', KEYS[1], beginning .. ARGV[2])
if former == 'u' or former == 'w' then
  local prefix, bucket, rest = string.match(KEYS[1], '^(.*):{(..)}(.*)$')
  if former == 'u' then
    redis.call('ZREM', KEYS[2], bucket .. rest)
  else
    redis.pcall('PUBLISH', prefix .. ':changes', bucket .. rest)
  end
end
return string.sub(beginning, 18, 29)
