package dev.reprise.store.cassandra;

import dev.reprise.spi.StoreException;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for what the driver answers to a read, on the thread of a caller. */
final class Awaited {
    private Awaited() {}

    static <T> T read(CompletionStage<T> stage, Duration atMost) {
        try {
            return stage.toCompletableFuture().get(atMost.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw StoreException.nothingDone("Interrupted while waiting for Cassandra", e);
        } catch (TimeoutException e) {
            throw StoreException.nothingDone("Cassandra did not answer within " + atMost.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : DriverFailures.unwrapped(e.getCause());
            throw cause instanceof StoreException known
                    ? known
                    : StoreException.nothingDone("Cassandra could not be read: " + cause, cause);
        }
    }
}
