package dev.reprise;

import dev.reprise.spi.EngineRuntime;
import dev.reprise.spi.EngineRuntime.Worker;
import dev.reprise.spi.StoreException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;

/**
 * Runs a task again and again on a thread of its own, with a pause after each run. It goes on whatever the task throws, and
 * says so.
 */
final class Periodic implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Periodic.class.getName());

    private final EngineRuntime runtime;
    private final String name;
    private final Duration pause;
    private final Runnable task;
    private final Worker worker;
    private volatile boolean closing;
    private volatile String problem = "";

    Periodic(EngineRuntime runtime, String name, Duration pause, Runnable task) {
        this.runtime = runtime;
        this.name = name;
        this.pause = pause;
        this.task = task;
        this.worker = runtime.service(name, this::run);
    }

    private void run() {
        try {
            while (!closing) {
                round();
            }
        } finally {
            problem = closing ? "" : name + " has ended";
        }
    }

    private void round() {
        try {
            runtime.sleep(pause);
            task.run();
            problem = "";
        } catch (InterruptedException e) {
            // Closing, and otherwise none of our business.
        } catch (StoreException e) {
            log(Level.WARNING, e);
        } catch (Throwable e) {
            problem = name + " fails: " + e;
            log(Level.ERROR, e);
        }
    }

    /** Memory may be so short that nothing can be said about it. */
    private void log(Level level, Throwable failure) {
        try {
            LOG.log(level, name + " failed and goes on: " + failure.getMessage(), failure);
        } catch (Throwable ignored) {
            // The next round is worth more than this message.
        }
    }

    /** What keeps the task from being done; nothing if all is well. A store that fails is a problem of the store. */
    Optional<String> problem() {
        return problem.isEmpty() ? Optional.empty() : Optional.of(problem);
    }

    @Override
    public void close() {
        closing = true;
        worker.interrupt();
    }
}
