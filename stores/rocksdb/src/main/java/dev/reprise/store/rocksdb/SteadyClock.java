package dev.reprise.store.rocksdb;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The time of a store: the wall clock as it stood at the beginning, and what has passed since then. It never jumps, so a
 * wall clock that is set while the process runs ends no lease and no retention. Thread-safe.
 */
final class SteadyClock implements InstantSource {
    private final Instant start;
    private final long startNanos;
    private final LongSupplier nanoTime;

    /**
     * A clock that starts now.
     *
     * @param wall asked once
     * @param nanoTime grows by one each nanosecond, from any number
     */
    SteadyClock(InstantSource wall, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        startNanos = nanoTime.getAsLong();
        start = wall.instant();
    }

    @Override
    public Instant instant() {
        return start.plusNanos(nanoTime.getAsLong() - startNanos);
    }
}
