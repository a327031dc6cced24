package dev.reprise.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that stands still until a test moves it. Thread-safe. */
public final class SettableClock implements InstantSource {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    /** A clock that shows the beginning of 2026. */
    public SettableClock() {}

    @Override
    public synchronized Instant instant() {
        return now;
    }

    /** Elapsed time in nanoseconds, for what measures with {@link System#nanoTime} otherwise. */
    public long nanoTime() {
        return Duration.between(Instant.EPOCH, instant()).toNanos();
    }

    /** Moves the clock; backwards too, as clocks sometimes do. */
    public synchronized void advance(Duration by) {
        now = now.plus(by);
    }
}
