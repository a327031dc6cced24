package dev.reprise.store.redis;

import dev.reprise.testkit.RedisServer;
import java.time.Duration;
import java.util.stream.Stream;

/** Lets time go by for the records of a prefix, by making all that is in them earlier. The server's own clock goes on as it does. */
final class PassedTime {
    private static final String EARLIER = """
            for _, key in ipairs(redis.call('KEYS', ARGV[1] .. ':{*')) do
              if redis.call('TYPE', key).ok == 'string' then
                local record = redis.call('GET', key)
                local state, till, since, token, attempt, created = struct.unpack('>c1I8I8I8I4I8', record)
                local text = struct.pack('>c1I8I8I8I4I8', state, till - ARGV[2], since - ARGV[2], token, attempt, created - ARGV[2]) ..
                  string.sub(record, 38)
                local left = redis.call('PTTL', key)
                if left < 0 then
                  redis.call('SET', key, text)
                elseif left > ARGV[2] / 1000 then
                  redis.call('SET', key, text, 'PX', string.format('%.0f', left - math.floor(ARGV[2] / 1000)))
                else
                  redis.call('DEL', key)
                end
              end
            end
            """;

    private PassedTime() {}

    static void pass(Duration atLeast, String prefix, RedisServer... primaries) {
        String micros = Long.toString(atLeast.toNanos() / 1000 + 1);
        Stream.of(primaries).forEach(server -> server.command("EVAL", EARLIER, "0", prefix, micros));
    }
}
