package dev.reprise;

import dev.reprise.spi.EngineRuntime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.random.RandomGenerator;

/** A runtime whose services and tasks run when a test says so, on the thread of the test, and where nobody sleeps. */
final class ManualRuntime implements EngineRuntime {
    private static final Worker NOBODY = new Worker() {
        @Override
        public void interrupt() {}

        @Override
        public boolean join(Duration atMost) {
            return true;
        }
    };

    private final EngineRuntime system = EngineRuntime.system();
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    /** How long somebody wanted to sleep. */
    final List<Duration> pauses = new ArrayList<>();
    /** Called at the beginning of each pause. */
    Runnable beforePause = () -> {};
    /** Called at the end of each pause. */
    Runnable onPause = () -> {};

    private long nanos;
    private boolean scarce;

    /** From now on, starting a task fails as it does where the system has no more threads. */
    void refuseThreads() {
        scarce = true;
    }

    void allowThreads() {
        scarce = false;
    }

    /** How much was started and has not run. */
    int waiting() {
        return waiting.size();
    }

    /** Runs what was started. */
    void run() {
        for (Runnable next = waiting.poll(); next != null; next = waiting.poll()) {
            next.run();
        }
    }

    @Override
    public long nanoTime() {
        return nanos;
    }

    @Override
    public RandomGenerator random() {
        return system.random();
    }

    @Override
    public void sleep(Duration pause) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        pauses.add(pause);
        beforePause.run();
        nanos += pause.toNanos();
        onPause.run();
    }

    @Override
    public Worker service(String name, Runnable task) {
        waiting.add(task);
        return NOBODY;
    }

    @Override
    public Worker task(String name, Runnable task) {
        if (scarce) {
            // It is an OutOfMemoryError outside of tests, at which JUnit would give up if it came through.
            throw new InternalError("unable to create native thread, as injected");
        }
        waiting.add(task);
        return NOBODY;
    }

    @Override
    public Latch latch() {
        return system.latch();
    }
}
