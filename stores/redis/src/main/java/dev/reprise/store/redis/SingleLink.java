package dev.reprise.store.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One server, or the one that Sentinel calls the primary. Sentinel is asked for each new connection; so a connection on which nothing
 * is answered for the length of the time limit is given up for a new one.
 */
final class SingleLink implements RedisLink {
    private final RedisClient client;
    private final RedisURI address;
    private final LinkSettings settings;
    private final AtomicLong replicatedMicros = new AtomicLong();
    private final AtomicBoolean replacing = new AtomicBoolean();
    private volatile long lastAnswerNanos = System.nanoTime();
    private volatile Lines lines;
    private volatile @Nullable Subscription subscription;
    private volatile boolean closed;

    /** @param wire a future that is done, as callers want it */
    private record Lines(
            StatefulRedisConnection<byte[], byte[]> commands,
            StatefulRedisPubSubConnection<byte[], byte[]> messages,
            CompletableFuture<ScriptWire> wire) {
        void close() {
            var unused = CompletableFuture.allOf(commands.closeAsync(), messages.closeAsync());
        }
    }

    private record Subscription(String channel, Consumer<byte[]> listener) {}

    SingleLink(RedisURI uri, LinkSettings settings) {
        this.settings = settings;
        this.address = settings.limited(uri);
        client = RedisClient.create();
        client.setOptions(settings.apply(ClientOptions.builder()).build());
        try {
            lines = lines(
                    client.connect(ByteArrayCodec.INSTANCE, address),
                    client.connectPubSub(ByteArrayCodec.INSTANCE, address));
        } catch (RuntimeException e) {
            client.shutdown(Duration.ZERO, settings.timeLimit());
            throw RedisFailures.of(e);
        }
    }

    private Lines lines(
            StatefulRedisConnection<byte[], byte[]> commands, StatefulRedisPubSubConnection<byte[], byte[]> messages) {
        ScriptWire wire = new ScriptWire(commands.async(), settings.replication(commands, replicatedMicros));
        return new Lines(commands, messages, CompletableFuture.completedFuture(wire));
    }

    @Override
    public CompletableFuture<ScriptWire> wire(byte[] key) {
        return lines.wire();
    }

    @Override
    public CompletionStage<List<Primary>> primaries() {
        return CompletableFuture.completedFuture(
                List.of(new Primary("", lines.commands().async())));
    }

    @Override
    public void subscribe(String channel, Consumer<byte[]> listener) {
        Subscription chosen = new Subscription(channel, listener);
        subscription = chosen;
        listen(lines, chosen);
    }

    private static void listen(Lines lines, Subscription subscription) {
        lines.messages().addListener(new RedisPubSubAdapter<byte[], byte[]>() {
            @Override
            public void message(byte[] channel, byte[] message) {
                subscription.listener().accept(message);
            }
        });
        var unused = lines.messages().async().subscribe(subscription.channel().getBytes(US_ASCII));
    }

    @Override
    public boolean listens() {
        return lines.messages().isOpen();
    }

    @Override
    public void answered() {
        lastAnswerNanos = System.nanoTime();
    }

    @Override
    public void late(long startedNanos) {
        if (lastAnswerNanos - startedNanos < 0 && !closed && replacing.compareAndSet(false, true)) {
            boolean begun = false;
            try {
                connect();
                begun = true;
            } finally {
                if (!begun) {
                    replacing.set(false);
                }
            }
        }
    }

    /** Both connections are replaced, or none: one that has been made alone is closed. */
    private void connect() {
        var commands = client.connectAsync(ByteArrayCodec.INSTANCE, address).toCompletableFuture();
        CompletableFuture<StatefulRedisPubSubConnection<byte[], byte[]>> messages = messages();
        var unused = commands.thenCombine(messages, this::replace).whenComplete((replaced, failure) -> {
            replacing.set(false);
            if (failure != null) {
                closeIfMade(commands);
                closeIfMade(messages);
            }
        });
    }

    private CompletableFuture<StatefulRedisPubSubConnection<byte[], byte[]>> messages() {
        try {
            return client.connectPubSubAsync(ByteArrayCodec.INSTANCE, address).toCompletableFuture();
        } catch (Throwable e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static void closeIfMade(CompletableFuture<? extends StatefulConnection<?, ?>> connection) {
        var unused = connection.thenCompose(StatefulConnection::closeAsync);
    }

    private boolean replace(
            StatefulRedisConnection<byte[], byte[]> commands, StatefulRedisPubSubConnection<byte[], byte[]> messages) {
        Lines fresh = lines(commands, messages);
        Lines silent = lines;
        Subscription wanted = subscription;
        if (wanted != null) {
            listen(fresh, wanted);
        }
        lines = fresh;
        silent.close();
        return true;
    }

    @Override
    public void close() {
        closed = true;
        client.shutdown(Duration.ZERO, settings.timeLimit());
    }
}
