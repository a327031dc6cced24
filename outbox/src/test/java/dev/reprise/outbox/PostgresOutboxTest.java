package dev.reprise.outbox;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.testkit.PostgresServer;
import dev.reprise.testkit.SharedServers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

@ExtendWith(SharedServers.class)
@ResourceLock("PostgreSQL")
class PostgresOutboxTest extends OutboxContract {
    private final PostgresServer postgres;

    PostgresOutboxTest(PostgresServer postgres) {
        this.postgres = postgres;
    }

    @Override
    ConnectionSource database() {
        String url = postgres.url(postgres.newDatabase());
        return withTables(SqlDialect.POSTGRESQL, () -> DriverManager.getConnection(url));
    }

    @Test
    void a_transaction_that_had_failed_before_says_why() throws Exception {
        try (Connection connection = connections.open();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            assertThatThrownBy(() -> statement.execute("INSERT INTO nowhere VALUES (1)"))
                    .isInstanceOf(SQLException.class);

            assertThatThrownBy(() -> outbox.add(connection, request(KEY)))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e -> org.assertj.core.api.Assertions.assertThat(e.getSQLState())
                                    .isEqualTo("25P02"))
                    .hasMessageContaining("nowhere");
        }
    }

    @Test
    void a_connection_that_was_ended_says_why() {
        ConnectionSource ended = () -> {
            Connection connection = connections.open();
            try (Statement statement = connection.createStatement();
                    var row = statement.executeQuery("SELECT pg_backend_pid()")) {
                row.next();
                execute("SELECT pg_terminate_backend(" + row.getInt(1) + ", 10000)");
            }
            return connection;
        };

        assertThatThrownBy(() -> Outbox.in(ended))
                .isInstanceOf(OutboxException.class)
                .hasMessageContaining("administrator");
    }
}
