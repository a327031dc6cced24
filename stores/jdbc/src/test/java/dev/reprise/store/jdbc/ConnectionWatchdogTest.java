package dev.reprise.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.testkit.MariaDbServer;
import dev.reprise.testkit.PostgresServer;
import dev.reprise.testkit.SharedServers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A statement that the server sits on for longer than anybody should wait. */
@ExtendWith(SharedServers.class)
class ConnectionWatchdogTest {
    private final ConnectionWatchdog watchdog = new ConnectionWatchdog(Duration.ofMillis(300));

    @Test
    void a_silent_PostgreSQL_is_given_up_S22(PostgresServer server) throws SQLException {
        try (HikariDataSource pool = Databases.postgres(server)) {
            breaksOff(pool, "SELECT pg_sleep(30)");
        }
    }

    @Test
    void a_silent_MariaDB_is_given_up_S22(MariaDbServer server) throws SQLException {
        try (HikariDataSource pool = Databases.mariaDb(server)) {
            breaksOff(pool, "SELECT sleep(30)");
        }
    }

    private void breaksOff(HikariDataSource pool, String sleep) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            assertThatThrownBy(() -> watchdog.atMost(connection, open -> run(open, sleep)))
                    .extracting(Faults::kind)
                    .isEqualTo(Faults.Kind.LOST);
        }
        try (Connection next = pool.getConnection()) {
            String seven = watchdog.atMost(next, open -> run(open, "SELECT 7"));
            assertThat(seven).isEqualTo("7");
            // What came in time is no longer watched, so the connection goes on.
            run(next, sleep.replace("30", "1"));
        }
    }

    private static String run(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
