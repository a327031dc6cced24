package dev.reprise.store.redis;

import dev.reprise.testkit.RedisServer;
import java.time.Duration;
import java.util.stream.Stream;

/** Lets time go by for the records of a prefix, by making all that is in them earlier. The server's own clock goes on as it does. */
final class PassedTime {
    private static final String EARLIER = """
            for _, key in ipairs(redis.call('KEYS', ARGV[1] .. ':{*')) do
              if redis.call('TYPE', key).ok == 'hash' then
                for _, field in ipairs({'created', 'since', 'until'}) do
                  if redis.call('HEXISTS', key, field) == 1 then
                    redis.call('HINCRBY', key, field, -ARGV[2])
                  end
                end
                local left = redis.call('PTTL', key)
                if left > 0 then
                  redis.call('PEXPIRE', key, string.format('%.0f', math.floor(left - ARGV[2] / 1000)))
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
