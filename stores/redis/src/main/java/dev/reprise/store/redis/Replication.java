package dev.reprise.store.redis;

import dev.reprise.spi.StoreException;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Waits until replicas have what a connection has written. WAIT is about all that was written before it on the same connection, and
 * holds up what comes behind it; so there is one at a time, and it serves all who have written meanwhile. Thread-safe.
 */
final class Replication implements RedisConnectionStateListener {
    private final StatefulRedisConnection<byte[], byte[]> connection;
    private final int replicas;
    private final Duration patience;
    /** How often the connection was lost: a new one may lead to another primary, whose WAIT knows nothing of earlier writes. */
    private final AtomicInteger losses = new AtomicInteger();

    private boolean waiting;
    private @Nullable CompletableFuture<Void> next;

    Replication(StatefulRedisConnection<byte[], byte[]> connection, int replicas, Duration patience) {
        this.connection = connection;
        this.replicas = replicas;
        this.patience = patience;
        connection.addListener(this);
    }

    @Override
    public void onRedisDisconnected(RedisChannelHandler<?, ?> lost) {
        losses.incrementAndGet();
    }

    /** To be asked before a write. */
    int losses() {
        return losses.get();
    }

    /**
     * Waits for the replicas, after the write was answered.
     *
     * @param lossesBefore what {@link #losses} said before the write
     */
    CompletableFuture<Void> acknowledged(int lossesBefore) {
        return turn().thenAccept(ignored -> {
            if (losses.get() != lossesBefore) {
                throw new StoreException("The connection was lost before replicas had acknowledged a write", null);
            }
        });
    }

    private synchronized CompletableFuture<Void> turn() {
        if (waiting) {
            CompletableFuture<Void> later = next == null ? new CompletableFuture<>() : next;
            next = later;
            return later;
        }
        CompletableFuture<Void> now = new CompletableFuture<>();
        start(now);
        return now;
    }

    private synchronized void start(CompletableFuture<Void> served) {
        waiting = true;
        var unused = connection
                .async()
                .waitForReplication(replicas, patience.toMillis())
                .whenComplete((acknowledged, failure) -> {
                    goOn();
                    if (failure != null) {
                        served.completeExceptionally(new StoreException(
                                "Written, but it is not known whether replicas have it: " + failure, failure));
                    } else if (acknowledged < replicas) {
                        served.completeExceptionally(new StoreException(
                                "Written, but only " + acknowledged + " replicas of " + replicas + " had it within "
                                        + patience.toMillis() + " ms",
                                null));
                    } else {
                        served.complete(null);
                    }
                });
    }

    private synchronized void goOn() {
        CompletableFuture<Void> following = next;
        next = null;
        waiting = false;
        if (following != null) {
            start(following);
        }
    }
}
