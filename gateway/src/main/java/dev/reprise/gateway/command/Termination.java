package dev.reprise.gateway.command;

import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/** The end of the process on SIGTERM: it takes the time that work takes, and no longer, whatever does not stop. */
final class Termination {
    private static final int FAILED = 1;

    private final CountDownLatch done = new CountDownLatch(1);
    private final Duration atMost;
    private final IntConsumer halt;
    private final PrintStream err;

    /** @param halt ends the process at once */
    Termination(Duration atMost, IntConsumer halt, PrintStream err) {
        this.atMost = atMost;
        this.halt = halt;
        this.err = err;
    }

    /** Does the work when the process is asked to end. The threads are there before there is anything wrong. */
    void on(Runtime process, Runnable work) {
        process.addShutdownHook(new Thread(() -> run(work), "ending"));
        process.addShutdownHook(new Thread(this::watch, "end"));
    }

    void run(Runnable work) {
        try {
            work.run();
        } finally {
            done.countDown();
        }
    }

    void watch() {
        try {
            if (!done.await(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
                err.println("Something did not stop within " + atMost.toSeconds() + " s; the process ends without it.");
                halt.accept(FAILED);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
