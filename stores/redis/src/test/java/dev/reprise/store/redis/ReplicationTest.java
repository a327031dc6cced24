package dev.reprise.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.testkit.RedisCluster;
import dev.reprise.testkit.RedisServer;
import dev.reprise.testkit.SharedServers;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.codec.ByteArrayCodec;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Waiting for replicas, of which these tests need none. */
@ExtendWith(SharedServers.class)
class ReplicationTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String KEY = "replication-test";

    private final RedisClient client;
    /** What happens when the connection is next used, and then. */
    private final Queue<Runnable> uses = new ConcurrentLinkedQueue<>();

    private final Replication replication;

    ReplicationTest(RedisServer server) {
        client = RedisClient.create(Sample.at(server));
        replication = on(client.connect(ByteArrayCodec.INSTANCE));
    }

    @AfterEach
    void close() {
        client.shutdown(Duration.ZERO, LIMIT);
    }

    private Replication on(StatefulRedisConnection<byte[], byte[]> connection) {
        return new Replication(watched(connection), 0, LIMIT, new AtomicLong());
    }

    @SuppressWarnings("unchecked")
    private StatefulRedisConnection<byte[], byte[]> watched(StatefulRedisConnection<byte[], byte[]> connection) {
        return (StatefulRedisConnection<byte[], byte[]>) Proxy.newProxyInstance(
                ReplicationTest.class.getClassLoader(),
                new Class<?>[] {StatefulRedisConnection.class},
                (proxy, method, arguments) -> invoke(connection, method, arguments));
    }

    private @Nullable Object invoke(
            StatefulRedisConnection<byte[], byte[]> connection, Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        Runnable use = method.getName().equals("async") ? uses.poll() : null;
        if (use != null) {
            use.run();
        }
        try {
            return method.invoke(connection, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private CompletableFuture<Void> acknowledged() {
        return replication.acknowledged(replication.losses(), KEY);
    }

    private static void assertOverflown(CompletableFuture<Void> waiting) {
        assertThat(waiting)
                .failsWithin(LIMIT)
                .withThrowableOfType(ExecutionException.class)
                .havingRootCause()
                .isInstanceOf(StackOverflowError.class);
    }

    /** A key that the first server of a cluster has, or has not. */
    private static String key(boolean here) {
        return IntStream.iterate(0, i -> i + 1)
                .mapToObj(i -> KEY + i)
                .filter(key -> here == SlotHash.getSlot(key) < SlotHash.SLOT_COUNT / 3)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void a_key_that_has_moved_fails_those_alone_who_asked_for_it(RedisCluster cluster) {
        Replication first = on(client.connect(ByteArrayCodec.INSTANCE, Sample.at(cluster.primary(0))));
        List<CompletableFuture<Void>> later = new ArrayList<>();
        uses.add(() ->
                List.of(key(false), key(true)).forEach(key -> later.add(first.acknowledged(first.losses(), key))));

        assertThat(first.acknowledged(first.losses(), key(true))).succeedsWithin(LIMIT);

        assertThat(later.getFirst())
                .failsWithin(LIMIT)
                .withThrowableOfType(ExecutionException.class)
                .havingRootCause()
                .withMessageStartingWith("MOVED ");
        assertThat(later.getLast()).succeedsWithin(LIMIT);
    }

    private static void overflow() {
        throw new StackOverflowError("in this test");
    }

    @Test
    void an_error_of_the_driver_fails_those_who_wait_and_none_who_come_later() {
        uses.add(ReplicationTest::overflow);

        assertOverflown(acknowledged());

        assertThat(acknowledged()).succeedsWithin(LIMIT);
    }

    @Test
    void an_error_fails_those_as_well_who_came_while_others_waited() {
        CompletableFuture<CompletableFuture<Void>> second = new CompletableFuture<>();
        uses.add(() -> second.complete(acknowledged()));
        uses.add(ReplicationTest::overflow);

        assertThat(acknowledged()).succeedsWithin(LIMIT);

        assertOverflown(second.join());
        assertThat(acknowledged()).succeedsWithin(LIMIT);
    }

    @Test
    void replicas_are_known_to_have_what_was_written_before_they_were_last_asked() {
        long before = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
        assertThat(replication.has(0, before - 1, before + 1)).isFalse();
        assertThat(acknowledged()).succeedsWithin(LIMIT);
        long after = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());

        assertThat(replication.has(0, before - 1, after)).isTrue();
        assertThat(replication.has(0, after, after)).isFalse();
        assertThat(replication.has(1, before - 1, after))
                .as("found on a connection that was lost since")
                .isFalse();
        assertThat(replication.has(0, before - 2, before - 1))
                .as("by a clock that was set back")
                .isFalse();
    }
}
