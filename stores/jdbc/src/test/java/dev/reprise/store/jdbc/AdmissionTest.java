package dev.reprise.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.JoinedExecution;
import dev.reprise.TransactionalEngine;
import dev.reprise.testkit.PostgresServer;
import dev.reprise.testkit.SharedServers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A connection on which no record can be kept is its caller's bug, and the message says what to do. */
@ExtendWith(SharedServers.class)
class AdmissionTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void a_connection_in_auto_commit_mode_is_refused_as_it_would_have_two_owners_S16(
            TestDatabase database, SharedServers.Both servers) throws SQLException {
        try (HikariDataSource pool = database.pool(servers, folder);
                TransactionalEngine<Connection> engine = engine(pool);
                Connection connection = pool.getConnection()) {
            refused(engine, connection).hasMessageContaining("setAutoCommit(false)");

            connection.setAutoCommit(false);
            assertThat(engine.join(connection, Shop.operation("a"))).isInstanceOf(JoinedExecution.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void auto_commit_that_was_switched_on_after_the_claim_is_refused_at_the_record_S16(
            TestDatabase database, SharedServers.Both servers) throws SQLException {
        try (HikariDataSource pool = database.pool(servers, folder);
                TransactionalEngine<Connection> engine = engine(pool);
                Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            JoinedExecution<?> run = (JoinedExecution<?>) engine.join(connection, Shop.operation("a"));
            connection.setAutoCommit(true);

            assertThatThrownBy(() -> run.record(Shop.answered(201, "done")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("setAutoCommit(false)");
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_closed_connection_is_refused(TestDatabase database, SharedServers.Both servers) throws SQLException {
        try (HikariDataSource pool = database.pool(servers, folder);
                TransactionalEngine<Connection> engine = engine(pool)) {
            Connection connection = pool.getConnection();
            connection.close();

            refused(engine, connection).hasMessageContaining("is closed");
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_connection_to_another_database_is_refused_and_that_ones_own_engine_takes_it_S29(
            TestDatabase database, SharedServers.Both servers) throws SQLException {
        try (HikariDataSource pool = database.pool(servers, folder);
                HikariDataSource other = database.pool(servers, folder);
                TransactionalEngine<Connection> engine = engine(pool);
                TransactionalEngine<Connection> others = engine(other);
                Connection connection = other.getConnection()) {
            connection.setAutoCommit(false);
            refused(engine, connection).hasMessageContaining("open a store for each database");
            connection.rollback();

            assertThat(others.join(connection, Shop.operation("a"))).isInstanceOf(JoinedExecution.class);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"POSTGRES", "MARIADB"})
    void a_read_only_connection_is_refused(TestDatabase database, SharedServers.Both servers) throws SQLException {
        try (HikariDataSource pool = database.pool(servers, folder);
                TransactionalEngine<Connection> engine = engine(pool);
                Connection connection = pool.getConnection()) {
            connection.setReadOnly(true);
            connection.setAutoCommit(false);

            refused(engine, connection).hasMessageContaining("setReadOnly(false)");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"MARIADB", "H2"})
    void a_transaction_that_sees_what_others_have_not_committed_is_refused_S19(
            TestDatabase database, SharedServers.Both servers) throws SQLException {
        try (HikariDataSource pool = database.pool(servers, folder);
                TransactionalEngine<Connection> engine = engine(pool);
                Connection connection = pool.getConnection()) {
            connection.setTransactionIsolation(Connection.TRANSACTION_READ_UNCOMMITTED);
            connection.setAutoCommit(false);

            refused(engine, connection).hasMessageContaining("not committed");
        }
    }

    @Test
    void on_postgres_a_transaction_in_which_a_statement_has_failed_is_refused(PostgresServer server)
            throws SQLException {
        try (HikariDataSource pool = Databases.postgres(server);
                TransactionalEngine<Connection> engine = engine(pool);
                Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            assertThatThrownBy(() -> execute(connection, "SELECT 1 / 0")).isInstanceOf(SQLException.class);

            refused(engine, connection).hasMessageContaining("roll it back");
        }
    }

    @Test
    void on_postgres_another_schema_with_records_of_its_own_is_refused_as_nobody_would_look_there_S29(
            PostgresServer server) throws SQLException {
        try (HikariDataSource pool = Databases.postgres(server);
                TransactionalEngine<Connection> engine = engine(pool);
                Connection connection = pool.getConnection()) {
            Databases.execute(pool, "CREATE SCHEMA tenant");
            Databases.execute(pool, "SET search_path = tenant; " + SqlDialect.POSTGRESQL.script(TableName.DEFAULT));
            pool.getHikariPoolMXBean().softEvictConnections();
            connection.setAutoCommit(false);
            execute(connection, "SET search_path = tenant");
            refused(engine, connection).hasMessageContaining("tenant.reprise_operation");
            connection.rollback();

            execute(connection, "SET search_path = tenant, public");
            refused(engine, connection).hasMessageContaining("tenant.reprise_operation");
            connection.rollback();

            execute(connection, "SET search_path = nowhere, public");
            assertThat(engine.join(connection, Shop.operation("a")))
                    .as("the same table, found by another way")
                    .isInstanceOf(JoinedExecution.class);
        }
    }

    @Test
    void on_postgres_a_table_that_was_made_anew_is_the_same_table(PostgresServer server) throws SQLException {
        try (HikariDataSource pool = Databases.postgres(server);
                TransactionalEngine<Connection> engine = engine(pool)) {
            Shop shop = Shop.in(pool);
            Databases.execute(
                    pool,
                    "ALTER TABLE reprise_operation RENAME TO former; "
                            + "CREATE TABLE reprise_operation (LIKE former INCLUDING ALL)");
            Shop.order(engine, Shop.operation("a"), 201);

            assertThat(shop.orders("a")).isEqualTo(1);
        }
    }

    private static TransactionalEngine<Connection> engine(HikariDataSource pool) {
        return TransactionalEngine.over(JdbcTransactions.of(pool), JdbcTransactionalStore.open(pool, TableName.DEFAULT))
                .build();
    }

    private static AbstractThrowableAssert<?, ?> refused(
            TransactionalEngine<Connection> engine, Connection connection) {
        return assertThatThrownBy(() -> engine.join(connection, Shop.operation("a")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
