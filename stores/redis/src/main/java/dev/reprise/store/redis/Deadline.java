package dev.reprise.store.redis;

import dev.reprise.spi.StoreException;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The end of a call that asks servers several times, on its caller's thread. */
final class Deadline {
    private final Duration limit;
    private final long endNanos;

    private Deadline(Duration limit) {
        this.limit = limit;
        this.endNanos = System.nanoTime() + limit.toNanos();
    }

    /** An end that far from now. */
    static Deadline in(Duration limit) {
        return new Deadline(limit);
    }

    /** Whether half of the time is over. */
    boolean isNear() {
        return endNanos - System.nanoTime() < limit.toNanos() / 2;
    }

    /** What a server answers, if it does so in time. */
    <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(endNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new StoreException("The store did not answer within " + limit.toMillis() + " ms", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException("Interrupted while waiting for the store", e);
        } catch (ExecutionException e) {
            throw RedisFailures.of(e.getCause() == null ? e : e.getCause());
        }
    }
}
