package dev.reprise.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.Answer;
import dev.reprise.FencingToken;
import dev.reprise.IdempotencyEngine;
import dev.reprise.OperationPolicy;
import dev.reprise.spi.Acquisition.Acquired;
import dev.reprise.spi.Acquisition.Existing;
import dev.reprise.spi.Lease;
import dev.reprise.testkit.Parallel;
import dev.reprise.testkit.RedisCluster;
import dev.reprise.testkit.RedisServer;
import dev.reprise.testkit.SharedServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two stores, as in two processes, and many duplicates of each request. */
@ExtendWith(SharedServers.class)
class RedisDuplicatesTest {
    private static final int KEYS = 200;
    private static final int DUPLICATES = 50;

    private final String prefix = "duplicates-" + UUID.randomUUID();

    @Test
    void fifty_duplicates_of_each_of_200_keys_execute_it_once_on_one_server_S16(RedisServer server) throws Exception {
        sendDuplicates(() -> RedisStore.at(Sample.at(server)).prefix(prefix).open());
    }

    @Test
    void fifty_duplicates_of_each_of_200_keys_execute_it_once_in_a_cluster_S16(RedisCluster cluster) throws Exception {
        sendDuplicates(() -> RedisStore.onCluster(Sample.at(cluster.primary(1)))
                .prefix(prefix)
                .open());
    }

    private static void sendDuplicates(Supplier<RedisStore> opening) throws Exception {
        OperationPolicy policy = OperationPolicy.DEFAULT.withMaxWait(Duration.ofSeconds(60));
        try (RedisStore one = opening.get();
                RedisStore other = opening.get();
                IdempotencyEngine here = IdempotencyEngine.over(one).build();
                IdempotencyEngine there = IdempotencyEngine.over(other).build()) {
            for (int i = 0; i < KEYS; i++) {
                String key = "fifty-" + i;
                AtomicInteger effects = new AtomicInteger();
                AtomicInteger next = new AtomicInteger();
                List<Answer> answers = Parallel.run(
                        DUPLICATES,
                        () -> (next.getAndIncrement() % 2 == 0 ? here : there)
                                .execute(Sample.operation(key, policy), execution -> {
                                    effects.incrementAndGet();
                                    return Sample.answered();
                                }));
                assertThat(effects).hasValue(1);
                assertThat(answers).filteredOn(Answer.Fresh.class::isInstance).hasSize(1);
                assertThat(answers).filteredOn(Answer.Replay.class::isInstance).hasSize(DUPLICATES - 1);
            }
        }
    }

    /** The list is not synchronised: it is complete and sorted only if every owner was alone and had a greater token. */
    @Test
    void owners_in_two_processes_exclude_each_other_S16_S27(RedisServer server) throws Exception {
        int rounds = 30;
        int callers = 8;
        List<FencingToken> tokens = new ArrayList<>();
        AtomicInteger next = new AtomicInteger();
        try (RedisStore one = RedisStore.at(Sample.at(server)).prefix(prefix).open();
                RedisStore other =
                        RedisStore.at(Sample.at(server)).prefix(prefix).open()) {
            Parallel.run(callers, () -> {
                RedisStore store = next.getAndIncrement() % 2 == 0 ? one : other;
                for (int done = 0; done < rounds; ) {
                    switch (store.acquire(Sample.claim("contended"))) {
                        case Acquired(Lease lease) -> {
                            tokens.add(lease.token());
                            store.release(lease);
                            done++;
                        }
                        case Existing existing ->
                            store.awaitChange(
                                    existing.record().id(), existing.record().token(), Duration.ofSeconds(1));
                    }
                }
                return null;
            });
        }
        assertThat(tokens).hasSize(rounds * callers).doesNotHaveDuplicates().isSorted();
    }
}
