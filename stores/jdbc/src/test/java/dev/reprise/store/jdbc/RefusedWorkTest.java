package dev.reprise.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.Answer;
import dev.reprise.JoinedExecution;
import dev.reprise.Rejection;
import dev.reprise.TransactionalEngine;
import dev.reprise.TransactionalEngine.CommitRefusedException;
import dev.reprise.TransactionalEngine.Handler;
import dev.reprise.TransactionalExecution;
import dev.reprise.spi.StoreException;
import dev.reprise.testkit.PostgresServer;
import dev.reprise.testkit.SharedServers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Work that the database refuses is the handler's failure: rolled back, once, and its caller gets the database's error. Only
 * the key of the records says that somebody else was faster (S15, P8).
 */
@ExtendWith(SharedServers.class)
class RefusedWorkTest {
    private final AtomicInteger runs = new AtomicInteger();

    private static TransactionalEngine<Connection> engine(HikariDataSource pool) {
        return TransactionalEngine.over(JdbcTransactions.of(pool), JdbcTransactionalStore.open(pool, TableName.DEFAULT))
                .build();
    }

    private static void run(Connection connection, String statement) throws SQLException {
        try (Statement prepared = connection.createStatement()) {
            prepared.execute(statement);
        }
    }

    private Handler<Connection, SQLException> ordering(String key, String statement) {
        return execution -> {
            runs.incrementAndGet();
            Shop.order(execution.transaction(), key);
            run(execution.transaction(), statement);
            return Shop.answered(201, "done");
        };
    }

    /** The work is refused at its commit, once, and the key is free. */
    private void refusedAtCommit(HikariDataSource pool, String statement, String error) throws SQLException {
        Shop shop = Shop.in(pool);
        try (TransactionalEngine<Connection> engine = engine(pool)) {
            assertThatThrownBy(() -> engine.execute(Shop.operation("a"), ordering("a", statement)))
                    .isInstanceOf(CommitRefusedException.class)
                    .hasMessageContaining(error)
                    .hasRootCauseInstanceOf(SQLException.class);

            assertThat(runs).hasValue(1);
            assertThat(shop.orders("a")).isZero();
            assertThat(shop.number("SELECT count(*) FROM reprise_operation")).isZero();
            assertThat(Shop.order(engine, Shop.operation("a"), 201)).isInstanceOf(Answer.Fresh.class);
        }
    }

    @Test
    void a_deferred_foreign_key_is_the_handlers_failure_on_postgres(PostgresServer server) throws SQLException {
        try (HikariDataSource pool = Databases.postgres(server)) {
            Databases.execute(pool, "CREATE TABLE customers (id int PRIMARY KEY)");
            Databases.execute(
                    pool, "CREATE TABLE carts (customer int REFERENCES customers (id) DEFERRABLE INITIALLY DEFERRED)");
            refusedAtCommit(pool, "INSERT INTO carts VALUES (7)", "carts_customer_fkey");
        }
    }

    @Test
    void a_deferred_unique_key_is_the_handlers_failure_on_postgres(PostgresServer server) throws SQLException {
        try (HikariDataSource pool = Databases.postgres(server)) {
            Databases.execute(pool, "CREATE TABLE seats (n int UNIQUE DEFERRABLE INITIALLY DEFERRED)");
            Databases.execute(pool, "INSERT INTO seats VALUES (1)");
            refusedAtCommit(pool, "INSERT INTO seats VALUES (1)", "seats_n_key");
        }
    }

    @Test
    void a_deferred_trigger_is_the_handlers_failure_on_postgres(PostgresServer server) throws SQLException {
        try (HikariDataSource pool = Databases.postgres(server)) {
            Databases.execute(pool, "CREATE TABLE stock (n int)");
            Databases.execute(
                    pool,
                    "CREATE FUNCTION sold_out() RETURNS trigger LANGUAGE plpgsql AS "
                            + "$$ BEGIN RAISE EXCEPTION 'sold out'; END $$");
            Databases.execute(
                    pool,
                    "CREATE CONSTRAINT TRIGGER late AFTER INSERT ON stock DEFERRABLE INITIALLY DEFERRED FOR EACH ROW "
                            + "EXECUTE FUNCTION sold_out()");
            refusedAtCommit(pool, "INSERT INTO stock VALUES (1)", "sold out");
        }
    }

    @Test
    void a_deferred_foreign_key_is_the_handlers_failure_on_sqlite(@TempDir Path folder) throws SQLException {
        try (HikariDataSource pool =
                Databases.pool("jdbc:sqlite:" + folder.resolve("records.db") + "?foreign_keys=true", 4)) {
            Databases.execute(pool, "CREATE TABLE customers (id int PRIMARY KEY)");
            Databases.execute(
                    pool, "CREATE TABLE carts (customer int REFERENCES customers (id) DEFERRABLE INITIALLY DEFERRED)");
            refusedAtCommit(pool, "INSERT INTO carts VALUES (7)", "FOREIGN KEY");
        }
    }

    /** PostgreSQL's COMMIT of such a transaction returns as if it had committed. */
    @Test
    void a_refusal_that_the_handler_hid_is_its_failure_whatever_was_refused(PostgresServer server) throws SQLException {
        try (HikariDataSource pool = Databases.postgres(server);
                TransactionalEngine<Connection> engine = engine(pool);
                Connection foreign = pool.getConnection()) {
            Shop shop = Shop.in(pool);
            Databases.execute(pool, "CREATE TABLE seats (n int UNIQUE)");
            Databases.execute(pool, "INSERT INTO seats VALUES (1)");
            foreign.setAutoCommit(false);
            for (String statement : new String[] {
                "INSERT INTO seats VALUES (1)", "SELECT 1 / 0", "SET LOCAL statement_timeout = 1; SELECT pg_sleep(30)"
            }) {
                runs.set(0);
                assertThatThrownBy(() -> engine.execute(Shop.operation("a"), execution -> {
                            runs.incrementAndGet();
                            Shop.order(execution.transaction(), "a");
                            assertThatThrownBy(() -> run(execution.transaction(), statement))
                                    .isInstanceOf(SQLException.class);
                            return Shop.answered(201, "done");
                        }))
                        .as(statement)
                        .isInstanceOf(CommitRefusedException.class);
                assertThat(runs).hasValue(1);

                JoinedExecution<?> joined = (JoinedExecution<?>) engine.join(foreign, Shop.operation("a"));
                assertThatThrownBy(() -> run(foreign, statement)).isInstanceOf(SQLException.class);
                assertThatThrownBy(() -> joined.record(Shop.answered(201, "done")))
                        .isInstanceOf(StoreException.class);
                foreign.rollback();
                joined.rolledBack();
            }
            assertThat(shop.orders("a")).isZero();
            assertThat(Shop.order(engine, Shop.operation("a"), 201)).isInstanceOf(Answer.Fresh.class);
        }
    }

    @Test
    void who_finishes_by_itself_or_commits_by_itself_is_told_the_same(PostgresServer server) throws SQLException {
        try (HikariDataSource pool = Databases.postgres(server);
                TransactionalEngine<Connection> engine = engine(pool);
                Connection foreign = pool.getConnection()) {
            Shop shop = Shop.in(pool);
            Databases.execute(pool, "CREATE TABLE seats (n int UNIQUE DEFERRABLE INITIALLY DEFERRED)");
            Databases.execute(pool, "INSERT INTO seats VALUES (1)");

            TransactionalExecution<Connection> begun =
                    TransactionalContract.execution(engine.begin(Shop.operation("a")));
            run(begun.transaction(), "INSERT INTO seats VALUES (1)");
            assertThatThrownBy(() -> begun.finish(Shop.answered(201, "done")))
                    .isInstanceOf(CommitRefusedException.class);

            foreign.setAutoCommit(false);
            JoinedExecution<?> joined = (JoinedExecution<?>) engine.join(foreign, Shop.operation("b"));
            run(foreign, "INSERT INTO seats VALUES (1)");
            assertThat(joined.record(Shop.answered(201, "done"))).isTrue();
            assertThatThrownBy(foreign::commit)
                    .satisfies(refusal -> assertThatThrownBy(() -> joined.commitFailed((SQLException) refusal))
                            .isInstanceOf(CommitRefusedException.class)
                            .hasMessageContaining("seats_n_key"));

            assertThat(shop.number("SELECT count(*) FROM reprise_operation")).isZero();
            assertThat(Shop.order(engine, Shop.operation("a"), 201)).isInstanceOf(Answer.Fresh.class);
            assertThat(Shop.order(engine, Shop.operation("b"), 201)).isInstanceOf(Answer.Fresh.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_unique_key_of_the_business_is_the_handlers_failure_wherever_it_is_checked_at_once(
            TestDatabase database, SharedServers.Both servers, @TempDir Path folder) throws SQLException {
        try (HikariDataSource pool = database.pool(servers, folder);
                TransactionalEngine<Connection> engine = engine(pool)) {
            Shop shop = Shop.in(pool);
            Databases.execute(pool, "CREATE TABLE seats (n int PRIMARY KEY)");
            Databases.execute(pool, "INSERT INTO seats VALUES (1)");

            assertThatThrownBy(() -> engine.execute(Shop.operation("a"), ordering("a", "INSERT INTO seats VALUES (1)")))
                    .isInstanceOf(SQLException.class);

            assertThat(runs).hasValue(1);
            assertThat(shop.orders("a")).isZero();
            assertThat(Shop.order(engine, Shop.operation("a"), 201)).isInstanceOf(Answer.Fresh.class);
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SQLITE")
    void a_record_that_was_written_meanwhile_is_seen_by_the_next_attempt(
            TestDatabase database, SharedServers.Both servers, @TempDir Path folder) throws SQLException {
        recordedMeanwhile(database.pool(servers, folder));
    }

    /** A partition refuses under its own name. */
    @Test
    void a_record_that_was_written_meanwhile_is_seen_by_the_next_attempt_in_a_partitioned_table(PostgresServer server)
            throws SQLException {
        HikariDataSource pool = Databases.postgres(server);
        Databases.partition(pool);
        recordedMeanwhile(pool);
    }

    /** An owner under a lease comes between, which only the unique key can refuse. */
    private void recordedMeanwhile(HikariDataSource pool) throws SQLException {
        try (pool;
                TransactionalEngine<Connection> engine = engine(pool);
                JdbcStore leased = JdbcStore.over(pool)
                        .timeLimit(java.time.Duration.ofSeconds(20))
                        .open()) {
            Shop shop = Shop.in(pool);

            Answer answer = engine.execute(Shop.operation("a"), execution -> {
                runs.incrementAndGet();
                Shop.order(execution.transaction(), "a");
                leased.acquire(TransactionalContract.claim("a"));
                return Shop.answered(201, "done");
            });

            assertThat(answer)
                    .isInstanceOfSatisfying(
                            Answer.Reject.class,
                            reject -> assertThat(reject.reason()).isEqualTo(Rejection.IN_PROGRESS));
            assertThat(runs).hasValue(1);
            assertThat(shop.orders("a")).isZero();
        }
    }
}
