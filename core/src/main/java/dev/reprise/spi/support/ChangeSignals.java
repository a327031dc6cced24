package dev.reprise.spi.support;

import dev.reprise.spi.OperationStore;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Wakes callers in the same process that wait for a change of an operation: the body of {@link
 * OperationStore#awaitChange}. Thread-safe.
 *
 * @param <K> what names an operation
 */
public final class ChangeSignals<K> {
    private final ConcurrentHashMap<K, Signal> awaited = new ConcurrentHashMap<>();

    /** Creates signals that nobody waits for yet. */
    public ChangeSignals() {}

    /**
     * Waits until {@link #changed} is called for the operation or the time is over.
     *
     * @param unchanged asked once after registering, so that no change is missed; false returns at once
     */
    public void await(K id, BooleanSupplier unchanged, Duration atMost) throws InterruptedException {
        Signal signal = awaited.compute(id, (ignored, present) -> Signal.joined(present));
        try {
            if (unchanged.getAsBoolean()) {
                signal.latch.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
            }
        } finally {
            awaited.computeIfPresent(id, (ignored, present) -> present == signal ? signal.left() : present);
        }
    }

    /** Wakes all waiters of the operation. Call it after the change can be read. */
    public void changed(K id) {
        Signal signal = awaited.remove(id);
        if (signal != null) {
            signal.latch.countDown();
        }
    }

    /** How many operations somebody waits for. */
    int awaited() {
        return awaited.size();
    }

    /** The waiters of one operation; their number is guarded by the map's lock on the entry. */
    private static final class Signal {
        private final CountDownLatch latch = new CountDownLatch(1);
        private int waiters;

        private static Signal joined(@Nullable Signal present) {
            Signal signal = present == null ? new Signal() : present;
            signal.waiters++;
            return signal;
        }

        private @Nullable Signal left() {
            waiters--;
            return waiters == 0 ? null : this;
        }
    }
}
