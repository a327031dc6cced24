-- Asks for a message when the operation ends. Answers whether it runs under this token.
-- KEYS: the record. ARGV: token.
local record = redis.call('GET', KEYS[1])
if not record then
  return 0
end
local state, token = string.match(record, '^(%a) %d+ (%d+)')
if token ~= ARGV[1] or (state ~= 'r' and state ~= 'w') then
  return 0
end
if state == 'r' then
  redis.call('SET', KEYS[1], 'w' .. string.sub(record, 2))
end
return 1
