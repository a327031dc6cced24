package dev.reprise.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.Answer;
import dev.reprise.Rejection;
import dev.reprise.TransactionalEngine;
import dev.reprise.TransactionalExecution;
import dev.reprise.spi.TransactionalStore.Claimed;
import dev.reprise.testkit.Parallel;
import dev.reprise.testkit.PostgresServer;
import dev.reprise.testkit.SharedServers;
import dev.reprise.testkit.TcpFaultProxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Where a transaction has one snapshot for all its statements, what was committed last may be hidden from it. Such a look never
 * leads to the answer that nothing was executed (S29). SQLite has no such snapshots, since one transaction writes at a time.
 */
@ExtendWith(SharedServers.class)
class SnapshotTest {
    private static final int ROUNDS = 400;

    @TempDir
    private Path folder;

    /** The same database, all transactions at the given level. */
    private static HikariDataSource at(HikariDataSource pool, String level) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(pool.getJdbcUrl());
        config.setMaximumPoolSize(4);
        config.setTransactionIsolation(level);
        return new HikariDataSource(config);
    }

    /** The look comes again and again just when the commit does: once in a while in between. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SQLITE")
    void a_look_never_misses_what_was_committed_before_it_had_the_lock_S29(
            TestDatabase database, SharedServers.Both servers) throws Exception {
        for (String level : List.of("TRANSACTION_REPEATABLE_READ", "TRANSACTION_SERIALIZABLE")) {
            try (HikariDataSource set = database.pool(servers, folder);
                    HikariDataSource pool = at(set, level);
                    Connection old = pool.getConnection()) {
                JdbcTransactionalStore store = JdbcTransactionalStore.open(pool, TableName.DEFAULT);
                old.setAutoCommit(false);
                for (int round = 0; round < ROUNDS; round++) {
                    String key = level + round;
                    assertThat(store.claim(old, Shop.id(key))).isInstanceOf(Claimed.Free.class);
                    store.record(
                            old,
                            Shop.id(key),
                            Shop.operation(key).fingerprints().current(),
                            Shop.response(201, key),
                            Duration.ofHours(1));
                    assertThat(lookWhileItCommits(store, old, key)).as(key).isNotInstanceOf(Claimed.Free.class);
                }
            }
        }
    }

    private static Claimed lookWhileItCommits(JdbcTransactionalStore store, Connection old, String key)
            throws Exception {
        CyclicBarrier together = new CyclicBarrier(2);
        AtomicInteger next = new AtomicInteger();
        List<Claimed> seen = Parallel.run(2, () -> {
            boolean commits = next.getAndIncrement() == 0;
            together.await(30, TimeUnit.SECONDS);
            if (commits) {
                old.commit();
                return new Claimed.Busy();
            }
            return store.look(Shop.id(key));
        });
        return seen.stream()
                .filter(claimed -> !(claimed instanceof Claimed.Busy))
                .findFirst()
                .orElse(new Claimed.Busy());
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SQLITE")
    void who_lost_against_another_record_learns_what_is_there_and_not_that_nothing_was_executed_S16(
            TestDatabase database, SharedServers.Both servers) throws SQLException {
        try (HikariDataSource set = database.pool(servers, folder);
                HikariDataSource pool = at(set, "TRANSACTION_REPEATABLE_READ");
                JdbcStore leased =
                        JdbcStore.over(set).timeLimit(Duration.ofSeconds(20)).open();
                TransactionalEngine<Connection> engine = TransactionalEngine.over(
                                JdbcTransactions.of(pool), JdbcTransactionalStore.open(pool, TableName.DEFAULT))
                        .build()) {
            Shop shop = Shop.in(pool);
            TransactionalExecution<Connection> execution =
                    TransactionalContract.execution(engine.begin(Shop.operation("a")));
            Shop.order(execution.transaction(), "a");
            leased.acquire(TransactionalContract.claim("a"));

            assertThat(TransactionalContract.rejection(execution.finish(Shop.answered(201, "done"))))
                    .isEqualTo(Rejection.IN_PROGRESS);
            assertThat(shop.orders("a")).isZero();
        }
    }

    @Test
    void on_postgres_what_cannot_be_known_in_time_is_in_progress_S29(PostgresServer server) throws SQLException {
        try (HikariDataSource direct = Databases.postgres(server);
                TcpFaultProxy proxy = new TcpFaultProxy(server.port());
                HikariDataSource pool = Databases.lazyPool(
                        direct.getJdbcUrl().replace(":" + server.port() + "/", ":" + proxy.port() + "/")
                                + "&prepareThreshold=0",
                        3);
                TransactionalEngine<Connection> engine = TransactionalEngine.over(
                                JdbcTransactions.of(pool), JdbcTransactionalStore.open(pool, TableName.DEFAULT))
                        .commitCheckTimeout(Duration.ofSeconds(1))
                        .build()) {
            Shop shop = Shop.in(direct);
            TransactionalExecution<Connection> execution =
                    TransactionalContract.execution(engine.begin(Shop.operation("a")));
            Shop.order(execution.transaction(), "a");
            proxy.always(() -> TcpFaultProxy.Plan.CUT_BEFORE_REQUEST);
            proxy.cutAt("COMMIT", TcpFaultProxy.Moment.BEFORE_RESPONSE);

            Answer answer = execution.finish(Shop.answered(201, "done"));

            assertThat(TransactionalContract.rejection(answer)).isEqualTo(Rejection.IN_PROGRESS);
            assertThat(shop.orders("a")).isEqualTo(1);
        }
    }
}
