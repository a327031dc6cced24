package dev.reprise.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationType;
import dev.reprise.Rejection;
import dev.reprise.TransactionalEngine;
import dev.reprise.resumable.Codec;
import dev.reprise.resumable.Codecs;
import dev.reprise.resumable.Resumable;
import dev.reprise.resumable.ResumableEngine;
import dev.reprise.resumable.ResumableOperation;
import dev.reprise.resumable.ResumablePolicy;
import dev.reprise.testkit.PostgresServer;
import dev.reprise.testkit.SharedServers;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What only a real server shows. */
@ExtendWith(SharedServers.class)
class ResumablePostgresTest {
    private static final Codec<String> TEXT = Codecs.builtIn().of(String.class);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int OPERATIONS = 10;

    private static Resumable<String, String, Connection> type(ResumableOperation<String, String, Connection> code) {
        return Resumable.returning(new OperationType("journey", 1), TEXT, TEXT, code)
                .with(ResumablePolicy.DEFAULT.withAttempts(100, Duration.ofMillis(1), Duration.ofMillis(20)));
    }

    private static ResumableEngine<Connection> engine(
            HikariDataSource pool, Resumable<String, String, Connection> type, int mostAtWork) {
        return ResumableEngine.over(JdbcTransactions.of(pool), JdbcResumableStore.open(pool, TableName.DEFAULT))
                .register(type)
                .completer(Duration.ofMillis(20), mostAtWork)
                .build();
    }

    @Test
    void so_many_remote_steps_cost_one_commit_more_as_the_server_counts_P5(PostgresServer server) {
        for (int steps : new int[] {1, 4}) {
            long none = commits(server, 0, steps);

            long some = commits(server, OPERATIONS, steps);

            assertThat(some - none).as("%d steps", steps).isEqualTo((long) OPERATIONS * (steps + 1));
        }
    }

    /** In a database of its own, all of whose sessions have ended: then the server has counted them. */
    private static long commits(PostgresServer server, int operations, int steps) {
        String database = server.newDatabase();
        Resumable<String, String, Connection> type = type((input, all) -> {
            IntStream.range(0, steps).forEach(i -> all.remote("call " + i, String.class, key -> "done"));
            return "done";
        });
        Databases.createIn(server.url(database), SqlDialect.POSTGRESQL);
        try (HikariDataSource pool = Databases.pool(server.url(database), 1);
                ResumableEngine<Connection> engine = engine(pool, type, 0)) {
            for (int i = 0; i < operations; i++) {
                assertThat(type.result(engine.run(Journey.id("count-" + i), type, "x", Duration.ZERO)))
                        .contains("done");
            }
        }
        try (HikariDataSource pool = Databases.pool(server.url("postgres"), 1)) {
            Shop counters = new Shop(pool);
            String sessions = "SELECT count(*) FROM pg_stat_activity WHERE datname = '" + database + "'";
            Awaitility.await().atMost(PATIENCE).until(() -> counters.number(sessions) == 0);
            return counters.number("SELECT xact_commit FROM pg_stat_database WHERE datname = '" + database + "'");
        }
    }

    /** The commit goes with the write that finds out, so it must not be done. */
    @Test
    void the_work_of_an_owner_that_has_lost_its_lease_is_not_committed_with_its_last_write_S27(PostgresServer server) {
        AtomicInteger runs = new AtomicInteger();
        try (HikariDataSource pool = Databases.postgres(server)) {
            Shop shop = Shop.in(pool);
            Resumable<String, String, Connection> type = type((input, steps) -> {
                steps.remote("call", String.class, key -> "done");
                steps.local("order", connection -> {
                    Shop.order(connection, "lost");
                    if (runs.incrementAndGet() == 1) {
                        Databases.execute(pool, "UPDATE reprise_operation SET token = token + 1000000");
                    }
                });
                return "done";
            });
            try (ResumableEngine<Connection> engine = engine(pool, type, 0)) {
                engine.run(Journey.id("lost"), type, "x", Duration.ZERO);

                assertThat(runs).hasValue(1);
                assertThat(shop.orders("lost")).isZero();
                assertThat(engine.find(Journey.id("lost")).orElseThrow().steps())
                        .isEmpty();
            }
        }
    }

    /** The commit goes with the last write, and is the one to refuse: not somebody else who wrote a step. */
    @Test
    void work_that_is_refused_at_the_commit_is_the_steps_failure_and_is_not_done_again_at_once_P8(
            PostgresServer server) {
        AtomicInteger runs = new AtomicInteger();
        try (HikariDataSource pool = Databases.postgres(server)) {
            Databases.execute(pool, "CREATE TABLE seats (n int UNIQUE DEFERRABLE INITIALLY DEFERRED)");
            Databases.execute(pool, "INSERT INTO seats VALUES (1)");
            Resumable<String, String, Connection> type = type((input, steps) -> {
                steps.remote("call", String.class, key -> "done");
                steps.local("sit", connection -> {
                    runs.incrementAndGet();
                    try (Statement statement = connection.createStatement()) {
                        statement.executeUpdate("INSERT INTO seats VALUES (1)");
                    }
                });
                return "done";
            });
            try (ResumableEngine<Connection> engine = engine(pool, type, 0)) {
                engine.run(Journey.id("refused"), type, "x", Duration.ZERO);

                assertThat(runs).hasValue(1);
                assertThat(engine.find(Journey.id("refused")).orElseThrow().lastError())
                        .contains("seats_n_key");
            }
        }
    }

    @Test
    void the_database_is_killed_while_nodes_look_for_operations_and_each_is_finished_once() throws Exception {
        PostgresServer.unavailable().ifPresent(Assumptions::abort);
        Set<String> keys = ConcurrentHashMap.newKeySet();
        AtomicInteger calls = new AtomicInteger();
        try (PostgresServer server = PostgresServer.start()) {
            String database = server.newDatabase();
            Databases.createIn(server.url(database), SqlDialect.POSTGRESQL);
            try (HikariDataSource pool = Databases.lazyPool(server.url(database), 10)) {
                Shop shop = Shop.in(pool);
                Resumable<String, String, Connection> type = type((input, steps) -> {
                    steps.local("order", connection -> Shop.order(connection, input));
                    String called = steps.remote("call", String.class, key -> {
                        keys.add(key);
                        if (calls.incrementAndGet() == 5) {
                            server.kill();
                            server.restart();
                        }
                        return "done";
                    });
                    steps.local("order again", connection -> Shop.order(connection, input));
                    return called;
                });
                try (ResumableEngine<Connection> starting = engine(pool, type, 0)) {
                    IntStream.range(0, 20).forEach(i -> starting.start(Journey.id("restart-" + i), type, "r" + i));
                }
                try (ResumableEngine<Connection> one = engine(pool, type, 4);
                        ResumableEngine<Connection> other = engine(pool, type, 4)) {
                    Awaitility.await().atMost(PATIENCE).ignoreExceptions().until(() -> {
                        if (one.running() + other.running() == 0) {
                            Databases.elapse(pool, Duration.ofMinutes(1));
                        }
                        return IntStream.range(0, 20)
                                .allMatch(i -> one.find(Journey.id("restart-" + i))
                                                .orElseThrow()
                                                .record()
                                                .state()
                                        instanceof Completed);
                    });
                }
                assertThat(keys).hasSize(20);
                IntStream.range(0, 20)
                        .forEach(i ->
                                assertThat(shop.orders("r" + i)).as("r" + i).isEqualTo(2));
            }
        }
    }

    @Test
    void a_transaction_meets_an_operation_in_steps_as_one_that_is_in_progress_S8(PostgresServer server)
            throws Exception {
        Resumable<String, String, Connection> type = type((input, steps) -> {
            steps.sleep("for long", Duration.ofDays(1));
            return "done";
        });
        try (HikariDataSource pool = Databases.postgres(server);
                ResumableEngine<Connection> resumable = engine(pool, type, 0);
                TransactionalEngine<Connection> transactional = TransactionalEngine.over(
                                JdbcTransactions.of(pool), JdbcTransactionalStore.open(pool, TableName.DEFAULT))
                        .build()) {
            Shop.in(pool);
            resumable.run(Shop.operation("shared"), type, "x");

            assertThat(TransactionalContract.rejection(Shop.order(transactional, Shop.operation("shared"), 201)))
                    .isEqualTo(Rejection.IN_PROGRESS);
        }
    }
}
