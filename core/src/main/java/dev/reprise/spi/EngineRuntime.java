package dev.reprise.spi;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * An engine's source of time, threads and randomness. {@link #system} uses the JVM's; a test or a simulation passes
 * its own, and then the engine depends on nothing else.
 *
 * <p>Thread-safe.
 */
public interface EngineRuntime {
    /** What the JVM offers. */
    static EngineRuntime system() {
        return new SystemRuntime();
    }

    /** Elapsed time in nanoseconds; only differences mean anything, as with {@link System#nanoTime}. */
    long nanoTime();

    /** For pauses and unique names. */
    RandomGenerator random();

    /** Pauses the calling thread. */
    void sleep(Duration pause) throws InterruptedException;

    /** Runs a task for as long as the engine is open, on its own thread, which does not keep the JVM alive. */
    Worker service(String name, Runnable task);

    /** Runs a task that ends on its own, one of possibly many at once. */
    Worker task(String name, Runnable task);

    /** A latch that is closed. */
    Latch latch();

    /** A task on its thread. */
    interface Worker {
        /** Interrupts the task. */
        void interrupt();

        /** Waits for the end of the task; false if it has not ended in time. */
        boolean join(Duration atMost) throws InterruptedException;
    }

    /** Holds all waiting threads until it is opened, which happens once. */
    interface Latch {
        /** Lets everybody through, now and later. */
        void open();

        /** Waits; false if it was not opened in time. */
        boolean await(Duration atMost) throws InterruptedException;
    }
}
