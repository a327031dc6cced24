package dev.reprise.store.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.testkit.PostgresServer;
import dev.reprise.testkit.SharedServers;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedServers.class)
class PostgresResumableTest extends JdbcResumableContract {
    private final PostgresServer server;

    PostgresResumableTest(PostgresServer server) {
        this.server = server;
    }

    @Override
    HikariDataSource openPool() {
        return Databases.postgres(server);
    }
}
