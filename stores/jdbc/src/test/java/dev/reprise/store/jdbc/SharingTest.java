package dev.reprise.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.Answer;
import dev.reprise.FencingToken;
import dev.reprise.IdempotencyEngine;
import dev.reprise.OperationId;
import dev.reprise.spi.Acquisition.Acquired;
import dev.reprise.spi.Acquisition.Existing;
import dev.reprise.spi.Lease;
import dev.reprise.testkit.FullProof;
import dev.reprise.testkit.Parallel;
import dev.reprise.testkit.PostgresServer;
import dev.reprise.testkit.SharedServers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Several stores, as in several processes, on one database. */
@ExtendWith(SharedServers.class)
class SharingTest {
    private static final int KEYS = FullProof.WANTED ? 200 : 20;

    @TempDir
    private Path folder;

    /** The list is not synchronised: it is complete and sorted only if every owner was alone and had a greater token. */
    @ParameterizedTest
    @EnumSource
    void owners_in_several_processes_exclude_each_other_S16_S27(TestDatabase database, SharedServers.Both servers)
            throws Exception {
        int rounds = 15;
        int callers = 8;
        OperationId id = Shop.id("contended");
        List<FencingToken> tokens = new ArrayList<>();
        AtomicInteger next = new AtomicInteger();
        try (HikariDataSource pool = database.pool(servers, folder);
                JdbcStore one = open(pool);
                JdbcStore other = open(pool)) {
            Parallel.run(callers, () -> {
                JdbcStore store = next.getAndIncrement() % 2 == 0 ? one : other;
                for (int done = 0; done < rounds; ) {
                    switch (store.acquire(TransactionalContract.claim("contended"))) {
                        case Acquired(Lease lease) -> {
                            tokens.add(lease.token());
                            store.release(lease);
                            done++;
                        }
                        case Existing existing ->
                            store.awaitChange(id, existing.record().token(), Duration.ofSeconds(1));
                    }
                }
                return null;
            });
        }
        assertThat(tokens).hasSize(rounds * callers).doesNotHaveDuplicates().isSorted();
    }

    private static JdbcStore open(HikariDataSource pool) {
        return JdbcStore.over(pool).timeLimit(Duration.ofSeconds(20)).open();
    }

    @ParameterizedTest
    @EnumSource
    void fifty_duplicates_of_each_key_execute_it_once_under_leases_S16(
            TestDatabase database, SharedServers.Both servers) throws Exception {
        try (HikariDataSource pool = database.pool(servers, folder);
                JdbcStore one = open(pool);
                JdbcStore other = open(pool);
                IdempotencyEngine here = IdempotencyEngine.over(one).build();
                IdempotencyEngine there = IdempotencyEngine.over(other).build()) {
            for (int i = 0; i < KEYS; i++) {
                String key = "fifty-" + i;
                AtomicInteger runs = new AtomicInteger();
                AtomicInteger next = new AtomicInteger();
                List<Answer> answers = Parallel.run(
                        50,
                        () -> (next.getAndIncrement() % 2 == 0 ? here : there)
                                .execute(Shop.waiting(key, Duration.ofSeconds(60)), execution -> {
                                    runs.incrementAndGet();
                                    return Shop.answered(201, key);
                                }));
                assertThat(runs).hasValue(1);
                assertThat(answers).filteredOn(Answer.Fresh.class::isInstance).hasSize(1);
                assertThat(answers).filteredOn(Answer.Replay.class::isInstance).hasSize(49);
            }
        }
    }

    @Test
    void the_end_of_an_operation_is_heard_in_another_process_S8(PostgresServer server) throws Exception {
        BlockingQueue<RowKey> heard = new LinkedBlockingQueue<>();
        try (HikariDataSource pool = Databases.postgres(server);
                JdbcStore store = open(pool);
                Notifications notifications = new Notifications(
                        pool, PostgresStatements.channel(TableName.DEFAULT), bytes -> heard.add(RowKey.of(bytes)))) {
            Awaitility.await().until(notifications::listens);
            Lease unawaited = acquire(store, "nobody-waits");
            store.complete(unawaited, Shop.response(200, ""), Duration.ofHours(1));
            for (String key : List.of("completed", "parked", "released")) {
                Lease lease = acquire(store, key);
                store.awaitChange(lease.id(), lease.token(), Duration.ofMillis(1));
                switch (key) {
                    case "completed" -> store.complete(lease, Shop.response(200, ""), Duration.ofHours(1));
                    case "parked" -> store.park(lease, "test");
                    default -> store.release(lease);
                }
                assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo(RowKey.of(Shop.id(key)));
            }
        }
    }

    /** Anybody who may connect may notify, and whoever is called may fail. */
    @Test
    void nothing_that_is_heard_ends_the_listening_S8(PostgresServer server) throws Exception {
        BlockingQueue<RowKey> heard = new LinkedBlockingQueue<>();
        try (HikariDataSource pool = Databases.postgres(server);
                Notifications notifications =
                        new Notifications(pool, PostgresStatements.channel(TableName.DEFAULT), bytes -> {
                            RowKey key = RowKey.of(bytes);
                            if (key.equals(RowKey.of(Shop.id("bad")))) {
                                throw new StackOverflowError("in this test");
                            }
                            heard.add(key);
                        })) {
            Awaitility.await().until(notifications::listens);
            notify(pool, "z".repeat(2 * RowKey.LENGTH));
            notify(pool, "€");
            notify(pool, RowKey.of(Shop.id("bad")).toString());

            Awaitility.await().until(() -> {
                notify(pool, RowKey.of(Shop.id("good")).toString());
                return RowKey.of(Shop.id("good")).equals(heard.poll(100, TimeUnit.MILLISECONDS));
            });
            assertThat(notifications.listens()).isTrue();
        }
    }

    private static void notify(HikariDataSource pool, String name) {
        Databases.execute(pool, "NOTIFY " + PostgresStatements.channel(TableName.DEFAULT) + ", '" + name + "'");
    }

    private static Lease acquire(JdbcStore store, String key) {
        return ((Acquired) store.acquire(TransactionalContract.claim(key))).lease();
    }
}
