-- Reads a record, and the time. KEYS: the record. ARGV: '1' if the body of its response is wanted as well.
local time = redis.call('TIME')
local there = redis.call('HMGET', KEYS[1], 'id', 'fingerprint', 'token', 'attempt', 'created', 'state', 'owner', 'until', 'since',
  'reason', 'head', ARGV[1] == '1' and 'body' or 'none')
return {string.format('%.0f', time[1] * 1000000 + time[2]), there}
