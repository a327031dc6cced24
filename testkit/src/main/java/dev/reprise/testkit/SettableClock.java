package dev.reprise.testkit;

import dev.reprise.spi.EngineRuntime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

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

    /** The JVM's threads and randomness, and this clock's time. */
    public EngineRuntime runtime() {
        EngineRuntime system = EngineRuntime.system();
        return new EngineRuntime() {
            @Override
            public long nanoTime() {
                return SettableClock.this.nanoTime();
            }

            @Override
            public RandomGenerator random() {
                return system.random();
            }

            @Override
            public void sleep(Duration pause) throws InterruptedException {
                system.sleep(pause);
            }

            @Override
            public Worker service(String name, Runnable task) {
                return system.service(name, task);
            }

            @Override
            public Worker task(String name, Runnable task) {
                return system.task(name, task);
            }

            @Override
            public Latch latch() {
                return system.latch();
            }
        };
    }

    /** Moves the clock; backwards too, as clocks sometimes do. */
    public synchronized void advance(Duration by) {
        now = now.plus(by);
    }
}
