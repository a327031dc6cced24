package dev.reprise.spi.support;

import dev.reprise.spi.StoreException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Fails the calls that are not answered in time (S22). All have the same limit, so they are watched in the order in
 * which they came, which costs each of them far less than a timed wait would. Thread-safe.
 */
public final class TimeLimit implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final Queue<Call<?>> watched = new ConcurrentLinkedQueue<>();
    private final Duration limit;
    private final Thread watchdog;

    /** Starts the watch over calls that may take as long as given. */
    public TimeLimit(Duration limit) {
        this.limit = limit;
        watchdog = Thread.ofPlatform().daemon().name("reprise-store-watchdog").start(this::run);
    }

    /** Watches a call from now on until it is answered. */
    public void watch(Call<?> call) {
        watched.add(call);
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(PAUSE);
                failLate();
            }
        } catch (InterruptedException e) {
            // Closed: whatever is under way is answered by the stages.
        }
    }

    private void failLate() {
        long latest = System.nanoTime() - limit.toNanos();
        for (Call<?> oldest = watched.peek();
                oldest != null && (oldest.isAnswered() || oldest.startedNanos() - latest < 0);
                oldest = watched.peek()) {
            if (!oldest.isAnswered()) {
                oldest.fail(new StoreException("The store did not answer within " + limit.toMillis() + " ms", null));
            }
            watched.remove();
        }
    }

    /** Ends the watch; calls under way are answered by whoever works on them. */
    @Override
    public void close() {
        watchdog.interrupt();
    }
}
