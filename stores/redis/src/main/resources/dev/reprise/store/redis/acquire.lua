-- Claims an operation, or says what is there.
-- KEYS: the record; the open operations of its bucket. ARGV: name, id, id and fingerprint, owner, lease, token to take over from, channel.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local record = redis.call('GET', KEYS[1])
local attempt, created, awaited = 1, nil, false
if record and string.sub(record, 1, 1) ~= 'c' then
  local state, till, token, tries, first, ids, abouts, texts, at =
    string.match(record, '^(%a) (%d+) (%d+) (%d+) (%d+) %d+ (%d+) (%d+) (%d+)\n()')
  local over = tonumber(till) <= now
  local same = string.sub(record, at, at + ids - 1) == ARGV[2]
  if same and state ~= 'u' and string.sub(record, at + abouts, at + abouts + texts - 1) == ARGV[4] then
    return {1, token, tries}
  end
  if not same or token ~= ARGV[6] or (state ~= 'u' and not over) then
    return {0, time[1], time[2], record}
  end
  attempt, created, awaited = tries + 1, first, state == 'w'
elseif record and tonumber(string.match(record, '%d+')) > now then
  -- The most frequent duplicate. Whether it is of the same operation, the caller sees.
  return {0, time[1], time[2], record}
end
-- The empty member keeps the latest token of the bucket, so that tokens grow whatever was deleted and however the clock is set.
local last = redis.call('ZSCORE', KEYS[2], '')
local token = string.format('%.0f', last and math.max(now, last + 1) or now)
local from = string.format('%.0f', now)
redis.call('SET', KEYS[1], 'r ' .. string.format('%.0f', now + ARGV[5]) .. ' ' .. token .. ' ' .. attempt .. ' ' .. (created or from) ..
  ' ' .. from .. ' ' .. #ARGV[2] .. ' ' .. #ARGV[3] .. ' ' .. #ARGV[4] .. '\n' .. ARGV[3] .. ARGV[4])
redis.call('ZADD', KEYS[2], token, ARGV[1], token, '')
if awaited then
  redis.pcall('PUBLISH', ARGV[7], ARGV[1])
end
return {1, token, attempt}
