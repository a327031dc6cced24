package dev.reprise.store.jdbc;

import dev.reprise.spi.EngineRuntime;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** What the JVM offers, and a test sees when somebody begins to wait for somebody else's turn. Thread-safe. */
final class WaitingRuntime implements EngineRuntime {
    private final EngineRuntime system = EngineRuntime.system();
    private final Semaphore waits = new Semaphore(0);

    /** Waits until that many more have begun to wait; false if that takes too long. */
    boolean awaitWaiting(int number) throws InterruptedException {
        return waits.tryAcquire(number, 10, TimeUnit.SECONDS);
    }

    @Override
    public long nanoTime() {
        return system.nanoTime();
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
        Latch latch = system.latch();
        return new Latch() {
            @Override
            public void open() {
                latch.open();
            }

            @Override
            public boolean await(Duration atMost) throws InterruptedException {
                waits.release();
                return latch.await(atMost);
            }
        };
    }
}
