-- Reads the time, in 8 bytes, and a record. KEYS: the record. ARGV: '1' if the body of its response is wanted as well.
local record = redis.call('GET', KEYS[1])
local time = redis.call('TIME')
if record and ARGV[1] ~= '1' and string.sub(record, 1, 1) == 'c' then
  local abouts = struct.unpack('>I4', record, 42)
  record = string.sub(record, 1, 49 + abouts + struct.unpack('>I4', record, 46 + abouts))
end
return struct.pack('>I8', time[1] * 1000000 + time[2]) .. (record or '')
