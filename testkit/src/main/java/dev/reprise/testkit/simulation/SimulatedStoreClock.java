package dev.reprise.testkit.simulation;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/** The store's clock: it follows the simulated time, and can jump. */
final class SimulatedStoreClock implements InstantSource {
    private final LongSupplier nanos;
    private Instant start = Instant.parse("2026-01-01T00:00:00Z");

    SimulatedStoreClock(LongSupplier nanos) {
        this.nanos = nanos;
    }

    @Override
    public Instant instant() {
        return start.plusNanos(nanos.getAsLong());
    }

    /** Simulated time since the run began, which does not jump. */
    Duration elapsed() {
        return Duration.ofNanos(nanos.getAsLong());
    }

    void jump(Duration by) {
        start = start.plus(by);
    }
}
