package dev.reprise.outbox;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The clock of the database as it is known here: what it showed last, and the time that has gone by since. So all nodes go
 * by one clock, and that of their own host may show what it likes. Thread-safe.
 */
final class DatabaseClock implements InstantSource {
    private final LongSupplier ticks;
    private volatile Reading last;

    private record Reading(Instant shown, long ticks) {}

    /** @param ticks elapsed time in nanoseconds, as {@link System#nanoTime} */
    DatabaseClock(LongSupplier ticks) {
        this.ticks = ticks;
        this.last = new Reading(Instant.EPOCH, ticks.getAsLong());
    }

    /** The time that has gone by, in nanoseconds since some moment. */
    long ticks() {
        return ticks.getAsLong();
    }

    /**
     * The database was asked what its clock shows.
     *
     * @param asked the ticks before it was asked, so that this clock is rather ahead of the database's than behind
     */
    void read(Instant shown, long asked) {
        last = new Reading(shown, asked);
    }

    @Override
    public Instant instant() {
        Reading reading = last;
        return reading.shown().plusNanos(ticks.getAsLong() - reading.ticks());
    }
}
