package dev.reprise.testkit;

import dev.reprise.spi.EngineRuntime;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A runtime that can run out of threads for tasks, and knows how many of them run. Thread-safe. */
final class ScarceRuntime implements EngineRuntime {
    private final EngineRuntime plenty;
    private final AtomicInteger running = new AtomicInteger();
    private volatile boolean scarce;
    /** How many times the clock still works for whoever has broken it. */
    private final ThreadLocal<@Nullable Integer> looks = new ThreadLocal<>();

    ScarceRuntime(EngineRuntime plenty) {
        this.plenty = plenty;
    }

    /** From now on, starting a task fails as it does where the system has no more threads. */
    void refuseThreads() {
        scarce = true;
    }

    /** Fails when this thread looks at the clock once more than that, and works again after it. */
    void breakClockAfter(int more) {
        looks.set(more);
    }

    void mendClock() {
        looks.remove();
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
        Integer left = looks.get();
        if (left != null && left == 0) {
            looks.remove();
            throw new InternalError("no memory, as injected");
        }
        if (left != null) {
            looks.set(left - 1);
        }
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
