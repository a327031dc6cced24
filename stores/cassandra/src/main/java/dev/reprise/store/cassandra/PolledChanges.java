package dev.reprise.store.cassandra;

import dev.reprise.OperationId;
import dev.reprise.spi.support.ChangeSignals;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;

/**
 * Those who wait for the end of operations. Ends in this process wake them; for others they look again, after pauses that grow.
 * Thread-safe.
 */
final class PolledChanges {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(5);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_WAIT = Duration.ofDays(1);

    private final ChangeSignals<OperationId> signals = new ChangeSignals<>();

    void changed(OperationId id) {
        signals.changed(id);
    }

    /** @param runs whether the operation still does */
    void await(OperationId id, BooleanSupplier runs, Duration atMost) throws InterruptedException {
        long end = System.nanoTime() + shorter(atMost, LONGEST_WAIT).toNanos();
        boolean[] running = {true};
        for (Duration pause = FIRST_PAUSE; running[0]; pause = shorter(pause.multipliedBy(2), LONGEST_PAUSE)) {
            Duration left = Duration.ofNanos(end - System.nanoTime());
            if (left.isNegative() || left.isZero()) {
                return;
            }
            signals.await(
                    id,
                    () -> {
                        running[0] = runs.getAsBoolean();
                        return running[0];
                    },
                    shorter(jittered(pause), left));
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Duration jittered(Duration pause) {
        long nanos = pause.toNanos();
        return Duration.ofNanos(ThreadLocalRandom.current().nextLong(nanos / 2, nanos));
    }
}
