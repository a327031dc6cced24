package dev.reprise.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.Answer;
import dev.reprise.TransactionalEngine;
import dev.reprise.testkit.MariaDbServer;
import dev.reprise.testkit.Parallel;
import dev.reprise.testkit.PostgresServer;
import dev.reprise.testkit.SharedServers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Transactions that other transactions make fail are made again in place (P8). */
@ExtendWith(SharedServers.class)
class ConflictTest {
    private static final int CALLERS = 8;

    private static TransactionalEngine<Connection> engine(HikariDataSource pool) {
        return TransactionalEngine.over(JdbcTransactions.of(pool), JdbcTransactionalStore.open(pool, TableName.DEFAULT))
                .attempts(100)
                .build();
    }

    private static int read(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getInt(1);
        }
    }

    private static void write(Connection connection, String update) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(update);
        }
    }

    @Test
    void a_serialization_failure_is_repeated_until_it_succeeds_P8(PostgresServer server) throws Exception {
        try (HikariDataSource pool = Databases.postgres(server)) {
            Databases.execute(
                    pool,
                    "DO $$ BEGIN EXECUTE 'ALTER DATABASE ' || current_database() || "
                            + "' SET default_transaction_isolation = ''serializable'''; END $$");
            pool.getHikariPoolMXBean().softEvictConnections();
            Databases.execute(pool, "CREATE TABLE stock (n int NOT NULL)");
            Databases.execute(pool, "INSERT INTO stock VALUES (0)");
            CyclicBarrier bothHaveRead = new CyclicBarrier(2);
            AtomicInteger runs = new AtomicInteger();
            AtomicInteger next = new AtomicInteger();
            try (TransactionalEngine<Connection> engine = engine(pool)) {
                List<Answer> answers = Parallel.run(
                        CALLERS,
                        () -> engine.execute(Shop.operation("s" + next.getAndIncrement()), execution -> {
                            boolean early = runs.incrementAndGet() <= 2;
                            int n = read(execution.transaction(), "SELECT n FROM stock");
                            if (early) {
                                bothHaveRead.await(30, TimeUnit.SECONDS);
                            }
                            write(execution.transaction(), "UPDATE stock SET n = " + (n + 1));
                            return Shop.answered(201, "done");
                        }));
                assertThat(answers).hasOnlyElementsOfType(Answer.Fresh.class);
            }
            assertThat(new Shop(pool).number("SELECT n FROM stock")).isEqualTo(CALLERS);
            assertThat(new Shop(pool).number("SELECT count(*) FROM reprise_operation"))
                    .isEqualTo(CALLERS);
            assertThat(runs).hasValueGreaterThan(CALLERS);
        }
    }

    @Test
    void a_deadlock_is_repeated_on_postgres_P8(PostgresServer server) throws Exception {
        try (HikariDataSource pool = Databases.postgres(server)) {
            deadlock(pool);
        }
    }

    @Test
    void a_deadlock_is_repeated_on_mariadb_P8(MariaDbServer server) throws Exception {
        try (HikariDataSource pool = Databases.mariaDb(server)) {
            deadlock(pool);
        }
    }

    /** Two operations that lock the same two rows in opposite order, both holding one before they want the other. */
    private static void deadlock(HikariDataSource pool) throws Exception {
        Databases.execute(pool, "CREATE TABLE stock (id int NOT NULL PRIMARY KEY, n int NOT NULL)");
        Databases.execute(pool, "INSERT INTO stock VALUES (0, 0), (1, 0)");
        CyclicBarrier bothHoldOne = new CyclicBarrier(2);
        AtomicInteger runs = new AtomicInteger();
        AtomicInteger next = new AtomicInteger();
        try (TransactionalEngine<Connection> engine = engine(pool)) {
            List<Answer> answers = Parallel.run(2, () -> {
                int first = next.getAndIncrement();
                return engine.execute(Shop.operation("d" + first), execution -> {
                    write(execution.transaction(), "UPDATE stock SET n = n + 1 WHERE id = " + first);
                    if (runs.incrementAndGet() <= 2) {
                        bothHoldOne.await(30, TimeUnit.SECONDS);
                    }
                    write(execution.transaction(), "UPDATE stock SET n = n + 1 WHERE id = " + (1 - first));
                    return Shop.answered(201, "done");
                });
            });
            assertThat(answers).hasOnlyElementsOfType(Answer.Fresh.class);
        }
        assertThat(runs).hasValue(3);
        assertThat(new Shop(pool).number("SELECT min(n) + max(n) FROM stock")).isEqualTo(4);
    }

    /** Under one snapshot for the whole transaction a claim may come too late to see a record; the insert does not. */
    @Test
    void a_record_that_an_old_snapshot_hides_is_never_made_twice_S16(PostgresServer server) throws Exception {
        try (HikariDataSource pool = Databases.postgres(server);
                TransactionalEngine<Connection> engine = engine(pool);
                Connection foreign = pool.getConnection()) {
            Shop shop = Shop.in(pool);
            foreign.setAutoCommit(false);
            foreign.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            assertThat(read(foreign, "SELECT count(*) FROM orders")).isZero();
            Shop.order(engine, Shop.operation("old"), 201);

            dev.reprise.Joined joined = engine.join(foreign, Shop.operation("old"));

            assertThat(joined).isInstanceOf(dev.reprise.JoinedExecution.class);
            dev.reprise.JoinedExecution<?> run = (dev.reprise.JoinedExecution<?>) joined;
            Shop.order(foreign, "old");
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> run.record(Shop.answered(201, "done")))
                    .hasMessageContaining("recorded by somebody else");
            foreign.rollback();
            assertThat(run.rolledBack())
                    .as("what is there by now, and not that nothing was executed")
                    .isInstanceOfSatisfying(
                            Answer.Replay.class,
                            replay -> assertThat(replay.response()).isEqualTo(Shop.response(201, "order old")));
            assertThat(shop.orders("old")).isEqualTo(1);
        }
    }
}
