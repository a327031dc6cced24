-- Claims an operation, or says what is there.
-- KEYS: the record; the open operations of its bucket. ARGV: name, id, fingerprint, owner, lease, token to take over from, channel.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local there = redis.call('HMGET', KEYS[1], 'id', 'fingerprint', 'token', 'attempt', 'created', 'state', 'owner', 'until', 'since',
  'reason', 'head', 'body', 'awaited')
local state = there[6]
local attempt, created = 1, string.format('%.0f', now)
if state then
  local over = tonumber(there[8]) <= now
  if state ~= 'completed' or not over then
    if there[1] == ARGV[2] and state == 'running' and there[7] == ARGV[4] then
      return {1, there[3], there[4]}
    end
    if there[1] ~= ARGV[2] or there[3] ~= ARGV[6] or (state == 'running' and not over) or state == 'completed' then
      there[13] = nil
      return {0, string.format('%.0f', now), there}
    end
    attempt, created = there[4] + 1, there[5]
  end
  redis.call('DEL', KEYS[1])
end
-- The empty member keeps the latest token of the bucket, so that tokens grow whatever was deleted and however the clock is set.
local token = math.max(now, (tonumber(redis.call('ZSCORE', KEYS[2], '') or 0)) + 1)
local text = string.format('%.0f', token)
redis.call('HSET', KEYS[1], 'id', ARGV[2], 'fingerprint', ARGV[3], 'token', text, 'attempt', attempt, 'created', created,
  'state', 'running', 'owner', ARGV[4], 'until', string.format('%.0f', now + ARGV[5]))
redis.call('ZADD', KEYS[2], text, ARGV[1], text, '')
if there[13] then
  redis.pcall('PUBLISH', ARGV[7], ARGV[1])
end
return {1, text, attempt}
