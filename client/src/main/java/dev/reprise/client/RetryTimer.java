package dev.reprise.client;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** How the time between attempts passes; in a test, by putting its clock forward. Thread-safe. */
@FunctionalInterface
public interface RetryTimer {
    /**
     * A future that completes after that time. No thread waits for it, and completing or cancelling it frees whatever it
     * holds.
     */
    CompletableFuture<Void> after(Duration delay);

    /** Real time, on the one timer thread that the JDK has for all of its futures. */
    static RetryTimer real() {
        return delay -> new CompletableFuture<Void>()
                .completeOnTimeout(null, TimeUnit.NANOSECONDS.convert(delay), TimeUnit.NANOSECONDS);
    }
}
