package dev.reprise.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.store.jdbc.Faults.Kind;
import dev.reprise.testkit.MariaDbServer;
import dev.reprise.testkit.PostgresServer;
import dev.reprise.testkit.SharedServers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the errors of real databases mean, as they come through their drivers. Deadlocks are {@link ConflictTest}'s. */
@ExtendWith(SharedServers.class)
class FaultKindsTest {
    /** Two connections with a table of one row. */
    private static final class Two implements AutoCloseable {
        private final HikariDataSource pool;
        private final Connection one;
        private final Connection other;

        Two(HikariDataSource pool) throws SQLException {
            this.pool = pool;
            Databases.execute(pool, "CREATE TABLE stock (id int NOT NULL PRIMARY KEY, n int NOT NULL)");
            Databases.execute(pool, "INSERT INTO stock VALUES (1, 0)");
            one = pool.getConnection();
            other = pool.getConnection();
            one.setAutoCommit(false);
            other.setAutoCommit(false);
        }

        void execute(Connection connection, String sql) throws SQLException {
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
            }
        }

        /** The kind of the error that a statement ends in. */
        Kind kind(Connection connection, String sql) {
            try {
                execute(connection, sql);
            } catch (SQLException e) {
                return Faults.kind(e);
            }
            throw new AssertionError("no error: " + sql);
        }

        @Override
        public void close() throws SQLException {
            try (pool) {
                ConnectionReturn.end(one);
                ConnectionReturn.end(other);
            }
        }
    }

    @Test
    void errors_of_postgres(PostgresServer server) throws SQLException {
        try (Two two = new Two(Databases.postgres(server))) {
            two.execute(two.one, "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ");
            two.one.commit();
            two.execute(two.one, "SELECT * FROM stock");
            two.execute(two.other, "UPDATE stock SET n = 1");
            two.other.commit();
            assertThat(two.kind(two.one, "UPDATE stock SET n = 2")).isEqualTo(Kind.CONFLICT);
            assertThat(two.kind(two.one, "SELECT 1")).as("what failed first").isEqualTo(Kind.CONFLICT);
            two.one.rollback();

            assertThat(two.kind(two.one, "INSERT INTO stock VALUES (1, 1)")).isEqualTo(Kind.CONSTRAINT);
            two.one.rollback();
            assertThat(two.kind(two.one, "SELECT * FROM nowhere")).isEqualTo(Kind.OTHER);
            assertThat(two.kind(two.one, "SELECT 1")).isEqualTo(Kind.BROKEN);
            two.one.rollback();

            two.execute(two.other, "UPDATE stock SET n = 3");
            assertThat(two.kind(two.one, "SET LOCAL lock_timeout = 50; UPDATE stock SET n = 4"))
                    .isEqualTo(Kind.PATIENCE);
            two.one.rollback();
            assertThat(two.kind(two.one, "SELECT * FROM stock FOR UPDATE NOWAIT"))
                    .isEqualTo(Kind.PATIENCE);
            two.one.rollback();
            assertThat(two.kind(two.one, "SET LOCAL statement_timeout = 50; SELECT pg_sleep(30)"))
                    .isEqualTo(Kind.PATIENCE);
            two.one.rollback();

            two.execute(
                    two.other,
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
                            + "AND datname = current_database()");
            assertThat(two.kind(two.one, "SELECT 1")).isEqualTo(Kind.LOST);
        }
    }

    @Test
    void errors_of_mariadb(MariaDbServer server) throws SQLException {
        try (Two two = new Two(Databases.mariaDb(server))) {
            two.execute(two.one, "SET SESSION innodb_snapshot_isolation = ON");
            two.execute(two.one, "SELECT * FROM stock");
            two.execute(two.other, "UPDATE stock SET n = 1");
            two.other.commit();
            assertThat(two.kind(two.one, "UPDATE stock SET n = 2")).isEqualTo(Kind.CONFLICT);
            two.one.rollback();

            assertThat(two.kind(two.one, "INSERT INTO stock VALUES (1, 1)")).isEqualTo(Kind.CONSTRAINT);
            assertThat(two.kind(two.one, "SELECT * FROM nowhere")).isEqualTo(Kind.OTHER);
            two.one.rollback();

            two.execute(two.other, "UPDATE stock SET n = 3");
            two.execute(two.one, "SET SESSION innodb_lock_wait_timeout = 1");
            assertThat(two.kind(two.one, "UPDATE stock SET n = 4")).isEqualTo(Kind.PATIENCE);
            assertThat(two.kind(two.one, "SELECT * FROM stock FOR UPDATE NOWAIT"))
                    .isEqualTo(Kind.PATIENCE);
            assertThat(two.kind(two.one, "SET STATEMENT max_statement_time = 0.05 FOR SELECT sleep(30)"))
                    .isEqualTo(Kind.PATIENCE);

            String id = new Shop(two.pool).number("SELECT connection_id()") + "";
            two.execute(
                    two.other,
                    "BEGIN NOT ATOMIC FOR c IN (SELECT id FROM information_schema.processlist WHERE id NOT IN "
                            + "(connection_id(), " + id + ") AND db = database()) DO KILL c.id; END FOR; END");
            assertThat(two.kind(two.one, "SELECT 1")).isEqualTo(Kind.LOST);
        }
    }

    @Test
    void errors_of_h2() throws SQLException {
        try (Two two = new Two(Databases.h2("kinds-" + UUID.randomUUID()))) {
            assertThat(two.kind(two.one, "INSERT INTO stock VALUES (1, 1)")).isEqualTo(Kind.CONSTRAINT);
            assertThat(two.kind(two.one, "SELECT * FROM nowhere")).isEqualTo(Kind.OTHER);
            two.execute(two.other, "UPDATE stock SET n = 3");
            two.execute(two.one, "SET LOCK_TIMEOUT 50");
            assertThat(two.kind(two.one, "UPDATE stock SET n = 4")).isEqualTo(Kind.PATIENCE);
            two.one.unwrap(Connection.class).close();
            assertThat(two.kind(two.one, "SELECT 1")).isEqualTo(Kind.LOST);
        }
    }

    @Test
    void errors_of_sqlite(@TempDir Path folder) throws SQLException {
        try (Two two = new Two(Databases.pool(
                "jdbc:sqlite:" + folder.resolve("x.db") + "?journal_mode=WAL&busy_timeout=50&foreign_keys=true", 4))) {
            assertThat(two.kind(two.one, "INSERT INTO stock VALUES (1, 1)")).isEqualTo(Kind.CONSTRAINT);
            assertThat(two.kind(two.one, "SELECT * FROM nowhere")).isEqualTo(Kind.OTHER);
            two.one.rollback();
            two.execute(two.other, "UPDATE stock SET n = 3");
            assertThat(two.kind(two.one, "UPDATE stock SET n = 4")).isEqualTo(Kind.PATIENCE);
        }
    }
}
