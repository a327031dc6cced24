package dev.reprise.internal;

import dev.reprise.spi.EngineRuntime;
import dev.reprise.spi.EngineRuntime.Worker;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The tasks of an engine that end by themselves, and end at the latest with the engine. Thread-safe. */
public final class Background {
    private final ConcurrentSkipListMap<Long, Task> running = new ConcurrentSkipListMap<>();
    private final AtomicLong started = new AtomicLong();
    private final EngineRuntime runtime;
    private volatile boolean closing;

    public Background(EngineRuntime runtime) {
        this.runtime = runtime;
    }

    /** Starts a task; false if the engine is closing, and then nothing was started. */
    public boolean start(String name, Runnable body) {
        long number = started.incrementAndGet();
        Task task = new Task();
        running.put(number, task);
        boolean runs = false;
        try {
            if (closing) {
                return false;
            }
            task.worker = runtime.task(name, () -> {
                try {
                    body.run();
                } finally {
                    running.remove(number);
                }
            });
            runs = true;
            if (closing) {
                // It may have been overlooked.
                task.interrupt();
            }
        } finally {
            if (!runs) {
                running.remove(number);
            }
        }
        return true;
    }

    /**
     * Starts a task that has a result.
     *
     * @throws RejectedExecutionException if the engine is closing; then nothing was started
     */
    public <T> CompletionStage<T> supply(String name, Supplier<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        boolean started = start(name, () -> {
            try {
                result.complete(work.get());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        if (!started) {
            throw new RejectedExecutionException("The engine is closing");
        }
        return result;
    }

    /** Starts nothing more, waits for what runs, and interrupts what takes longer than that. */
    public void close(Duration patience) {
        closing = true;
        long giveUp = runtime.nanoTime() + patience.toNanos();
        try {
            for (Task task : running.values()) {
                task.join(Duration.ofNanos(Math.max(0, giveUp - runtime.nanoTime())));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        running.values().forEach(Task::interrupt);
    }

    private static final class Task {
        private volatile @Nullable Worker worker;

        private void join(Duration atMost) throws InterruptedException {
            Worker started = worker;
            if (started != null && !atMost.isZero()) {
                boolean ignored = started.join(atMost);
            }
        }

        private void interrupt() {
            Worker started = worker;
            if (started != null) {
                started.interrupt();
            }
        }
    }
}
