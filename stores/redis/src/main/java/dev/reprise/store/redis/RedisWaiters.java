package dev.reprise.store.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.reprise.spi.support.ChangeSignals;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;

/**
 * Those who wait for the end of operations. A script publishes an end that somebody has asked for; who waits looks again after a second,
 * as messages may get lost, and more often while none can arrive. Thread-safe.
 */
final class RedisWaiters {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(5);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(100);
    private static final Duration PAUSE_WHEN_NOTIFIED = Duration.ofSeconds(1);
    /** It may be over spuriously, and nanoseconds have an end. */
    private static final Duration LONGEST_WAIT = Duration.ofDays(1);

    private final ChangeSignals<RecordName> signals = new ChangeSignals<>();
    private final RedisLink link;

    RedisWaiters(RedisLink link, String channel) {
        this.link = link;
        link.subscribe(channel, message -> changed(new RecordName(new String(message, US_ASCII))));
    }

    /** Wakes those who wait for the operation in this process. */
    void changed(RecordName name) {
        signals.changed(name);
    }

    /** @param runs whether the operation still runs; it also asks for the message */
    void await(RecordName name, BooleanSupplier runs, Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + shorter(atMost, LONGEST_WAIT).toNanos();
        Duration pause = FIRST_PAUSE;
        boolean[] running = new boolean[1];
        do {
            Duration left = Duration.ofNanos(end - System.nanoTime());
            if (left.isNegative() || left.isZero()) {
                return;
            }
            pause = link.listens() ? PAUSE_WHEN_NOTIFIED : shorter(pause.multipliedBy(2), LONGEST_PAUSE);
            signals.await(name, () -> running[0] = runs.getAsBoolean(), shorter(jittered(pause), left));
        } while (running[0]);
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Duration jittered(Duration pause) {
        long nanos = pause.toNanos();
        return Duration.ofNanos(ThreadLocalRandom.current().nextLong(nanos / 2, nanos));
    }
}
