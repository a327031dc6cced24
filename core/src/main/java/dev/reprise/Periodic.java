package dev.reprise;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;

/** Runs a task again and again on a daemon thread of its own, with a pause after each run. */
final class Periodic implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Periodic.class.getName());

    private final Thread thread;

    Periodic(String name, Duration pause, Runnable task) {
        thread = Thread.ofPlatform().daemon().name(name).start(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                try {
                    Thread.sleep(pause);
                    task.run();
                } catch (InterruptedException e) {
                    return;
                } catch (RuntimeException e) {
                    LOG.log(Level.WARNING, name + " failed and goes on: " + e.getMessage(), e);
                }
            }
        });
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
