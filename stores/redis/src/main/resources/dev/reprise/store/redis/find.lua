-- Reads the time, and a record. KEYS: the record. ARGV: '1' if the body of its response is wanted as well.
local time = redis.call('TIME')
local record = redis.call('GET', KEYS[1])
if record and ARGV[1] ~= '1' then
  local abouts, texts, at = string.match(record, '^%a %d+ %d+ %d+ %d+ %d+ %d+ (%d+) (%d+)\n()')
  record = string.sub(record, 1, at + abouts + texts - 1)
end
return {time[1], time[2], record}
