package dev.reprise.store.cassandra;

import dev.reprise.FencingToken;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/**
 * Makes fencing tokens (S27): microseconds since 2024, seven random bits, and five that say which process made it. No server has to be
 * asked, so that a first claim is one write.
 *
 * <p>A process never makes the same one twice, and they grow. That those of one operation grow from process to process does not hang on
 * clocks: whoever claims behind somebody knows the token that was there, and goes beyond it. Only where nothing is left of the
 * record, which is {@link Grace} after it ended, time alone decides. Thread-safe.
 */
final class TokenSource {
    static final int SHARDS = 32;
    private static final int SHARD_BITS = 5;
    private static final int RANDOM_BITS = 7;
    private static final int TIME_SHIFT = SHARD_BITS + RANDOM_BITS;
    private static final Instant EPOCH = Instant.parse("2024-01-01T00:00:00Z");

    private final AtomicLong lastMicros = new AtomicLong();
    private final InstantSource clock;
    private final RandomGenerator random;
    private final int shard;

    /** @param random thread-safe */
    TokenSource(InstantSource clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
        this.shard = random.nextInt(SHARDS);
    }

    /** A token that is greater than the given one, and than all that this process has made. */
    FencingToken next(FencingToken previous) {
        long earliest = Math.max(nowMicros(), micros(previous) + 1);
        long micros = lastMicros.updateAndGet(last -> Math.max(earliest, last + 1));
        long low = ((long) random.nextInt(1 << RANDOM_BITS) << SHARD_BITS) | shard;
        return new FencingToken((micros << TIME_SHIFT) | low);
    }

    /** The time of this process in the unit of {@link #micros}. */
    long nowMicros() {
        return ChronoUnit.MICROS.between(EPOCH, clock.instant());
    }

    /** When a token was made, in microseconds since 2024. */
    static long micros(FencingToken token) {
        return token.value() >> TIME_SHIFT;
    }

    /** Which shard of processes made it. */
    static int shard(FencingToken token) {
        return (int) (token.value() & (SHARDS - 1));
    }
}
