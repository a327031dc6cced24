package dev.reprise.testkit;

import dev.reprise.spi.EngineRuntime;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;

/** A runtime that can run out of threads for tasks, and knows how many of them run. Thread-safe. */
final class ScarceRuntime implements EngineRuntime {
    private final EngineRuntime plenty;
    private final AtomicInteger running = new AtomicInteger();
    private volatile boolean scarce;

    ScarceRuntime(EngineRuntime plenty) {
        this.plenty = plenty;
    }

    /** From now on, starting a task fails as it does where the system has no more threads. */
    void refuseThreads() {
        scarce = true;
    }

    void allowThreads() {
        scarce = false;
    }

    /** Whether nothing goes on in the background. */
    boolean isIdle() {
        return running.get() == 0;
    }

    @Override
    public long nanoTime() {
        return plenty.nanoTime();
    }

    @Override
    public RandomGenerator random() {
        return plenty.random();
    }

    @Override
    public void sleep(Duration pause) throws InterruptedException {
        plenty.sleep(pause);
    }

    @Override
    public Worker service(String name, Runnable task) {
        return plenty.service(name, task);
    }

    @Override
    public Worker task(String name, Runnable task) {
        if (scarce) {
            // It is an OutOfMemoryError outside of tests, at which JUnit would give up if it came through.
            throw new InternalError("unable to create native thread, as injected");
        }
        running.incrementAndGet();
        return plenty.task(name, () -> {
            try {
                task.run();
            } finally {
                running.decrementAndGet();
            }
        });
    }

    @Override
    public Latch latch() {
        return plenty.latch();
    }
}
