package dev.reprise.spi;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * The time, the threads and the randomness that an engine works with. {@link #system} is what the JVM offers; a test or a
 * simulation gives its own, and then nothing that an engine does depends on anything else.
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

    /** For pauses and for names that nobody else has. */
    RandomGenerator random();

    /** Pauses the calling thread. */
    void sleep(Duration pause) throws InterruptedException;

    /** Runs a task that works for the engine as long as it is open, on a thread of its own that does not keep the JVM alive. */
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

    /** Holds those who wait until it is opened, which happens once. */
    interface Latch {
        /** Lets everybody through, now and later. */
        void open();

        /** Waits; false if it was not opened in time. */
        boolean await(Duration atMost) throws InterruptedException;
    }
}
