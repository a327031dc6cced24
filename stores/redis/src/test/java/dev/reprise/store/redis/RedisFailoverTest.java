package dev.reprise.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.Answer;
import dev.reprise.IdempotencyEngine;
import dev.reprise.OperationPolicy;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.StoreException;
import dev.reprise.testkit.RedisCluster;
import dev.reprise.testkit.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The primary is lost, and a replica takes its place: with and without what was acknowledged last. Mostly waits. */
@Execution(ExecutionMode.CONCURRENT)
class RedisFailoverTest {
    private static final int KEYS = 20;
    private static final Duration SOON = Duration.ofSeconds(30);

    private final Map<String, AtomicInteger> effects = new ConcurrentHashMap<>();

    @BeforeEach
    void requireServers() {
        RedisServer.unavailable().ifPresent(Assumptions::abort);
    }

    /** This is what the store declares as LOSING. The test shows it, and counts it. */
    @Test
    void operations_whose_claims_the_replica_did_not_have_are_executed_twice() {
        try (RedisServer primary = RedisServer.start();
                RedisServer replica = primary.replica()) {
            try (RedisStore store = RedisStore.at(Sample.at(primary)).open();
                    IdempotencyEngine engine = IdempotencyEngine.over(store).build()) {
                executeAll(engine, "replicated-");
                Awaitility.await()
                        .atMost(SOON)
                        .until(() -> replica.command("DBSIZE").equals(primary.command("DBSIZE")));
                // As when the two cannot see each other: the replica is promoted while the primary goes on.
                replica.promote();
                executeAll(engine, "lost-");
            }
            primary.kill();
            try (RedisStore store = RedisStore.at(Sample.at(replica)).open();
                    IdempotencyEngine engine = IdempotencyEngine.over(store).build()) {
                assertThat(executeAll(engine, "replicated-")).isZero();
                assertThat(executeAll(engine, "lost-")).isEqualTo(KEYS);
            }
        }
        assertThat(effectsOf("replicated-")).containsOnly(1);
        assertThat(effectsOf("lost-")).hasSize(KEYS).containsOnly(2);
    }

    @Test
    void what_a_replica_had_to_acknowledge_is_not_lost() {
        try (RedisServer primary = RedisServer.start();
                RedisServer replica = primary.replica()) {
            try (RedisStore store =
                            RedisStore.at(Sample.at(primary)).replicas(1).open();
                    IdempotencyEngine engine = IdempotencyEngine.over(store).build()) {
                executeAll(engine, "kept-");
                primary.kill();
            }
            replica.promote();
            try (RedisStore store = RedisStore.at(Sample.at(replica)).open();
                    IdempotencyEngine engine = IdempotencyEngine.over(store).build()) {
                assertThat(executeAll(engine, "kept-")).isZero();
            }
        }
        assertThat(effectsOf("kept-")).hasSize(KEYS).containsOnly(1);
    }

    @Test
    void a_primary_without_the_replica_that_has_to_acknowledge_executes_nothing() {
        try (RedisServer primary = RedisServer.start();
                RedisServer replica = primary.replica();
                RedisStore store = RedisStore.at(Sample.at(primary)).replicas(1).open();
                IdempotencyEngine engine = IdempotencyEngine.over(store).build()) {
            executeAll(engine, "kept-");
            replica.promote();

            assertThatThrownBy(() -> store.acquire(Sample.claim("unacknowledged")))
                    .isInstanceOfSatisfying(
                            StoreException.class,
                            failure -> assertThat(failure.isNothingDone()).isFalse())
                    .hasMessageContaining("only 0 replicas of 1");
            assertThat(engine.execute(Sample.operation("refused", OperationPolicy.DEFAULT), execution -> {
                        throw new AssertionError("executed");
                    }))
                    .isInstanceOf(Answer.Reject.class);
        }
    }

    @Test
    void a_primary_that_is_set_to_need_a_replica_refuses_without_one() {
        try (RedisServer primary = RedisServer.start("min-replicas-to-write 1", "min-replicas-max-lag 1");
                RedisServer replica = primary.replica()) {
            // What a primary says of its replicas it finds out once a second.
            try (RedisStore store = RedisStore.at(Sample.at(primary)).open()) {
                Awaitility.await()
                        .atMost(SOON)
                        .ignoreExceptions()
                        .until(() -> store.acquire(Sample.claim("kept")) instanceof Acquisition.Acquired);
                replica.kill();
                Awaitility.await().atMost(SOON).until(() -> isRefused(store));
            }
        }
    }

    private static boolean isRefused(RedisStore store) {
        try {
            store.acquire(Sample.claim("refused-" + System.nanoTime()));
            return false;
        } catch (StoreException e) {
            return e.isNothingDone() && String.valueOf(e.getMessage()).contains("NOREPLICAS");
        }
    }

    /** One of them stands still, so that its connections stay open, and another one dies. */
    @Test
    void a_cluster_goes_on_when_replicas_have_taken_the_places_of_primaries() {
        try (RedisCluster cluster = RedisCluster.start()) {
            try (RedisStore store = RedisStore.onCluster(Sample.at(cluster.primary(2)))
                            .replicas(1)
                            .open();
                    IdempotencyEngine engine = IdempotencyEngine.over(store).build()) {
                executeAll(engine, "kept-");
            }
            try (RedisStore store = RedisStore.onCluster(Sample.at(cluster.primary(2)))
                            .timeLimit(Duration.ofMillis(500))
                            .open();
                    IdempotencyEngine engine = IdempotencyEngine.over(store).build()) {
                for (Runnable failure : List.<Runnable>of(cluster.primary(0)::freeze, cluster.primary(1)::kill)) {
                    failure.run();
                    Awaitility.await().atMost(SOON).until(() -> executeAll(engine, "kept-") == 0);
                }
                assertThat(executeAll(engine, "new-")).isEqualTo(KEYS);
            }
            assertThat(cluster.replica(0).command("ROLE")).startsWith("master");
            assertThat(cluster.replica(1).command("ROLE")).startsWith("master");
        }
        assertThat(effectsOf("kept-")).hasSize(KEYS).containsOnly(1);
        assertThat(effectsOf("new-")).hasSize(KEYS).containsOnly(1);
    }

    /** Asks for all, and says how many were executed; -1 if one was refused. */
    private int executeAll(IdempotencyEngine engine, String keys) {
        AtomicInteger executed = new AtomicInteger();
        for (int i = 0; i < KEYS; i++) {
            String key = keys + i;
            Answer answer = engine.execute(Sample.operation(key, OperationPolicy.DEFAULT), execution -> {
                effects.computeIfAbsent(key, ignored -> new AtomicInteger()).incrementAndGet();
                executed.incrementAndGet();
                return Sample.answered();
            });
            if (answer instanceof Answer.Reject) {
                return -1;
            }
        }
        return executed.get();
    }

    private List<Integer> effectsOf(String keys) {
        return IntStream.range(0, KEYS)
                .map(i -> effects.getOrDefault(keys + i, new AtomicInteger()).get())
                .boxed()
                .toList();
    }
}
