package dev.reprise.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedServers.class)
class ServersTest {
    @Test
    void postgres_keeps_what_was_committed_when_it_is_killed(PostgresServer server) throws Exception {
        String database = server.newDatabase();
        server.execute(database, "CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (7)");
        server.kill();
        server.restart();
        assertThat(number(server.url(database), "SELECT n FROM kept")).isEqualTo(7);
    }

    @Test
    void a_standby_that_is_promoted_goes_on_with_what_the_primary_had() throws Exception {
        PostgresServer.unavailable().ifPresent(org.junit.jupiter.api.Assumptions::abort);
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
            assertThat(number(standby.url("postgres"), "SELECT n FROM kept")).isEqualTo(8);
        }
    }

    @Test
    void mariadb_keeps_what_was_committed_when_it_is_killed(MariaDbServer server) throws Exception {
        String database = server.newDatabase();
        server.execute(database, "CREATE TABLE kept (n int)", "INSERT INTO kept VALUES (7)");
        server.kill();
        server.restart();
        assertThat(number(server.url(database), "SELECT n FROM kept")).isEqualTo(7);
    }

    private static int number(String url, String query) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            result.next();
            return result.getInt(1);
        }
    }
}
