package dev.reprise.internal;

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
public final class Periodic implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Periodic.class.getName());

    private final EngineRuntime runtime;
    private final String name;
    private final Duration pause;
    private final Runnable task;
    private final String failing;
    private final Worker worker;
    private volatile boolean closing;
    private volatile String problem = "";

    public Periodic(EngineRuntime runtime, String name, Duration pause, Runnable task) {
        this.runtime = runtime;
        this.name = name;
        this.pause = pause;
        this.task = task;
        this.failing = name + " fails";
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
            // Closing interrupts the call of a store as well.
            if (!closing) {
                Failures.log(LOG, Level.WARNING, "Failed and goes on: ", name, e);
            }
        } catch (Throwable e) {
            failed(e);
        }
    }

    private void failed(Throwable thrown) {
        problem = failing;
        try {
            problem = failing + ": " + Failures.text(thrown);
        } catch (Throwable e) {
            // There is no memory for more words.
        }
        Failures.log(LOG, Level.ERROR, "Failed and goes on: ", name, thrown);
    }

    /** What keeps the task from being done; nothing if all is well. A store that fails is a problem of the store. */
    public Optional<String> problem() {
        return problem.isEmpty() ? Optional.empty() : Optional.of(problem);
    }

    @Override
    public void close() {
        closing = true;
        worker.interrupt();
    }
}
