-- Claims an operation, or says what is there.
-- KEYS: the record; its bucket. ARGV: name, id, id and fingerprint, owner, lease, token to take over from, channel.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local record = redis.call('GET', KEYS[1])
local attempt, created, former = 1, nil, nil
local latest = now
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
  attempt, created, former = tries + 1, first, state
  latest = math.max(latest, token + 1)
elseif record then
  local till, token = string.match(record, '^c (%d+) (%d+)')
  if tonumber(till) > now then
    -- The most frequent duplicate. Whether it is of the same operation, the caller sees.
    return {0, time[1], time[2], record}
  end
  latest = math.max(latest, token + 1)
end
-- The empty member is the latest token of what was deleted, so that tokens grow also if the clock is set back.
local deleted = redis.call('ZSCORE', KEYS[2], '')
local token = string.format('%.0f', deleted and math.max(latest, deleted + 1) or latest)
local from = string.format('%.0f', now)
redis.call('SET', KEYS[1], 'r ' .. string.format('%.0f', now + ARGV[5]) .. ' ' .. token .. ' ' .. attempt .. ' ' .. (created or from) ..
  ' ' .. from .. ' ' .. #ARGV[2] .. ' ' .. #ARGV[3] .. ' ' .. #ARGV[4] .. '\n' .. ARGV[3] .. ARGV[4])
if former == 'u' then
  redis.call('ZREM', KEYS[2], ARGV[1])
elseif former == 'w' then
  redis.pcall('PUBLISH', ARGV[7], ARGV[1])
end
return {1, token, attempt}
