-- Takes a claim back whose owner has executed nothing. Answers 1 if nothing is left to take back, and 0 if the claim is not there.
-- KEYS: the record; its bucket. ARGV: name, owner, channel.
local record = redis.call('GET', KEYS[1])
if not record then
  return 0
end
local state, till, behind, token, attempt, abouts, texts, at =
  string.match(record, '^(%a) (%d+)() (%d+) (%d+) %d+ %d+ %d+ (%d+) (%d+)\n()')
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
if state == 'c' then
  return tonumber(till) > now and 1 or 0
end
if state == 'u' or string.sub(record, at + abouts, at + abouts + texts - 1) ~= ARGV[2] then
  return 0
end
if attempt == '1' then
  redis.call('DEL', KEYS[1])
  redis.call('ZADD', KEYS[2], 'GT', token, '')
  if state == 'w' then
    redis.pcall('PUBLISH', ARGV[3], ARGV[1])
  end
else
  redis.call('SET', KEYS[1], state .. ' ' .. string.format('%.0f', now) .. string.sub(record, behind))
end
return 1
