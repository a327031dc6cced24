-- Asks for a message when the operation ends. Answers whether it runs under this token.
-- KEYS: the record. ARGV: token.
local there = redis.call('HMGET', KEYS[1], 'token', 'state', 'awaited')
if there[1] ~= ARGV[1] or there[2] ~= 'running' then
  return 0
end
if not there[3] then
  redis.call('HSET', KEYS[1], 'awaited', '1')
end
return 1
