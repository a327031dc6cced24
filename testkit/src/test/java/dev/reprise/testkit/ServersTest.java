package dev.reprise.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the tools do on which tests of crashes stand: a kill breaks connections, and a restart is at the same address. */
@ExtendWith(SharedServers.class)
class ServersTest {
    @Test
    void postgres_breaks_its_connections_when_it_is_killed_and_comes_back_at_its_address(PostgresServer server)
            throws Exception {
        assertComesBack(server.url(server.newDatabase()), server::kill, server::restart);
    }

    @Test
    void mariadb_breaks_its_connections_when_it_is_killed_and_comes_back_at_its_address(MariaDbServer server)
            throws Exception {
        assertComesBack(server.url(server.newDatabase()), server::kill, server::restart);
    }

    @Test
    void a_standby_that_is_promoted_goes_on_with_what_the_primary_had() throws Exception {
        PostgresServer.unavailable().ifPresent(Assumptions::abort);
        try (PostgresServer primary = PostgresServer.start("fsync=off");
                PostgresServer standby = primary.standby("s1")) {
            primary.execute(
                    "postgres",
                    "ALTER SYSTEM SET synchronous_standby_names = 's1'",
                    "SELECT pg_reload_conf()",
                    "CREATE TABLE kept (n int)",
                    "INSERT INTO kept VALUES (7)");
            primary.kill();
            standby.promote();
            standby.execute("postgres", "UPDATE kept SET n = n + 1");
            try (Connection connection = DriverManager.getConnection(standby.url("postgres"))) {
                assertThat(number(connection)).isEqualTo(8);
            }
        }
    }

    private static void assertComesBack(String url, Runnable kill, Runnable restart) throws SQLException {
        try (Connection before = DriverManager.getConnection(url)) {
            execute(before, "CREATE TABLE kept (n int)");
            execute(before, "INSERT INTO kept VALUES (7)");
            before.setAutoCommit(false);
            execute(before, "INSERT INTO kept VALUES (8)");

            kill.run();
            assertThatThrownBy(() -> number(before)).isInstanceOf(SQLException.class);
            assertThatThrownBy(() -> DriverManager.getConnection(url)).isInstanceOf(SQLException.class);
        } finally {
            restart.run();
        }
        try (Connection after = DriverManager.getConnection(url)) {
            assertThat(number(after)).as("its data, and not what was open").isEqualTo(7);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static int number(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT max(n) FROM kept")) {
            result.next();
            return result.getInt(1);
        }
    }
}
