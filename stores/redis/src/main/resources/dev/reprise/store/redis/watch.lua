-- Asks for a message when the operation ends. Answers whether it runs under this token.
-- KEYS: the record. ARGV: token.
local record = redis.call('GET', KEYS[1])
if not record or string.sub(record, 18, 25) ~= ARGV[1] then
  return 0
end
local state = string.sub(record, 1, 1)
if state == 'r' then
  redis.call('SETRANGE', KEYS[1], 0, 'w')
end
return (state == 'r' or state == 'w') and 1 or 0
