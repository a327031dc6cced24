package dev.reprise.client.spi;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Timer for waits between attempts; a test can move its time forward. Thread-safe. */
@FunctionalInterface
public interface RetryTimer {
    /**
     * A future that completes after that time. No thread waits for it; completing or cancelling it frees what it
     * holds.
     */
    CompletableFuture<Void> after(Duration delay);

    /** Real time, on the JDK's single timer thread for futures. */
    static RetryTimer real() {
        return delay -> new CompletableFuture<Void>()
                .completeOnTimeout(null, TimeUnit.NANOSECONDS.convert(delay), TimeUnit.NANOSECONDS);
    }
}
