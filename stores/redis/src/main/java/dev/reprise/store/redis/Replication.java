package dev.reprise.store.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.reprise.spi.StoreException;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Waits until replicas have what a script has seen.
 *
 * <ol>
 *   <li>WAIT is about the latest write of its own connection, and about none if there was none. So a small write goes ahead of it: replicas
 *       that have that one have all that was at the primary before, whoever wrote it.
 *   <li>WAIT holds up what comes behind it; so there is one at a time, and it serves all who have asked meanwhile. Where the small write goes
 *       to the key of one of them that has moved to another server, that one fails, and the others go on with the key of the next.
 *   <li>The primary's time is asked before the small write, and kept: what was written earlier needs no further WAIT, also not at a
 *       replica that has become the primary since.
 * </ol>
 *
 * Thread-safe.
 */
final class Replication implements RedisConnectionStateListener {
    private static final byte[] NOTHING = {};

    private final StatefulRedisConnection<byte[], byte[]> connection;
    private final int replicas;
    private final Duration patience;
    /** How often the connection was lost: a new one may lead to another primary, whose WAIT knows nothing of earlier writes. */
    private final AtomicInteger losses = new AtomicInteger();

    private final AtomicLong replicatedMicros;
    private boolean waiting;
    private @Nullable Turn next;

    /**
     * A WAIT that is to be.
     *
     * @param served when it is over, by the key that is written ahead of it: by the first that is still here
     */
    private record Turn(Map<String, CompletableFuture<Void>> served) {
        Turn() {
            this(new LinkedHashMap<>());
        }

        CompletableFuture<Void> served(String key) {
            return served.computeIfAbsent(key, ignored -> new CompletableFuture<>());
        }
    }

    /**
     * @param replicatedMicros up to when replicas have everything, by the primary's clock, as earlier connections have found; the latest
     *     that is known and not the greatest, since the clock may be set back
     */
    Replication(
            StatefulRedisConnection<byte[], byte[]> connection,
            int replicas,
            Duration patience,
            AtomicLong replicatedMicros) {
        this.connection = connection;
        this.replicas = replicas;
        this.patience = patience;
        this.replicatedMicros = replicatedMicros;
        connection.addListener(this);
    }

    @Override
    public void onRedisDisconnected(RedisChannelHandler<?, ?> lost) {
        losses.incrementAndGet();
    }

    /** To be asked before a script is sent. */
    int losses() {
        return losses.get();
    }

    /**
     * Whether replicas are known to have a write.
     *
     * @param lossesBefore what {@link #losses} said before the script was sent that has found it
     * @param written when it was made, by the primary's clock
     * @param now when it was found; earlier than what is known only where the clock was set back
     */
    boolean has(int lossesBefore, long written, long now) {
        long known = replicatedMicros.get();
        return written < known && known <= now && losses.get() == lossesBefore;
    }

    /**
     * Waits for the replicas, after a script was answered: for what it has written, and for what it has found.
     *
     * @param lossesBefore what {@link #losses} said before the script was sent
     * @param key where something small may be written, at the same primary
     */
    CompletableFuture<Void> acknowledged(int lossesBefore, String key) {
        return turn(key).thenAccept(ignored -> {
            if (losses.get() != lossesBefore) {
                throw new StoreException("The connection was lost before replicas had acknowledged a write", null);
            }
        });
    }

    private CompletableFuture<Void> turn(String key) {
        Turn turn;
        synchronized (this) {
            if (waiting) {
                Turn later = next == null ? new Turn() : next;
                next = later;
                return later.served(key);
            }
            turn = new Turn();
            waiting = true;
        }
        CompletableFuture<Void> served = turn.served(key);
        start(turn);
        return served;
    }

    private void start(Turn turn) {
        Map.Entry<String, CompletableFuture<Void>> first =
                turn.served().entrySet().iterator().next();
        var unused = asked(first.getKey()).whenComplete((acknowledged, failure) -> {
            if (turn.served().size() > 1 && RedisFailures.hasMoved(failure)) {
                turn.served().remove(first.getKey());
                try {
                    start(turn);
                } finally {
                    end(first.getValue(), acknowledged, failure);
                }
                return;
            }
            try {
                goOn();
            } finally {
                turn.served().values().forEach(served -> end(served, acknowledged, failure));
            }
        });
    }

    private void end(CompletableFuture<Void> served, @Nullable Long acknowledged, @Nullable Throwable failure) {
        if (acknowledged == null) {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            served.completeExceptionally(
                    new StoreException("Written, but it is not known whether replicas have it: " + cause, cause));
        } else if (acknowledged < replicas) {
            served.completeExceptionally(new StoreException(
                    "Written, but only " + acknowledged + " replicas of " + replicas + " had it within "
                            + patience.toMillis() + " ms",
                    null));
        } else {
            served.complete(null);
        }
    }

    /** How many replicas have it. Whatever is thrown, there are those who wait for it. */
    private CompletionStage<Long> asked(String key) {
        try {
            int before = losses.get();
            RedisAsyncCommands<byte[], byte[]> commands = connection.async();
            CompletionStage<List<byte[]>> time = commands.time();
            CompletionStage<String> written = commands.set(key.getBytes(US_ASCII), NOTHING);
            return commands.waitForReplication(replicas, patience.toMillis())
                    .thenCombine(written, (acknowledged, ignored) -> acknowledged)
                    .thenCombine(time, (acknowledged, at) -> {
                        if (acknowledged >= replicas && losses.get() == before) {
                            replicatedMicros.set(micros(at));
                        }
                        return acknowledged;
                    });
        } catch (Throwable e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static long micros(List<byte[]> time) {
        return Long.parseLong(new String(time.get(0), US_ASCII)) * 1_000_000
                + Long.parseLong(new String(time.get(1), US_ASCII));
    }

    private void goOn() {
        Turn following;
        synchronized (this) {
            following = next;
            next = null;
            waiting = following != null;
        }
        if (following != null) {
            start(following);
        }
    }
}
