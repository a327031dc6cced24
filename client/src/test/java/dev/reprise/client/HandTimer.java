package dev.reprise.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.client.spi.RetryTimer;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A timer whose waits are over when a test says so. */
final class HandTimer implements RetryTimer {
    private final BlockingQueue<Wait> waits = new LinkedBlockingQueue<>();

    /** A wait that began. */
    record Wait(Duration delay, CompletableFuture<Void> end) {
        void pass() {
            end.complete(null);
        }
    }

    @Override
    public CompletableFuture<Void> after(Duration delay) {
        Wait wait = new Wait(delay, new CompletableFuture<>());
        waits.add(wait);
        return wait.end();
    }

    /** The wait that began next. */
    Wait next() throws InterruptedException {
        Wait wait = waits.poll(10, TimeUnit.SECONDS);
        assertThat(wait).as("a wait begins").isNotNull();
        return Objects.requireNonNull(wait);
    }

    /** Whether no wait began of which the test does not know. */
    boolean isIdle() {
        return waits.isEmpty();
    }
}
