package dev.reprise.store.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.testkit.PostgresServer;
import dev.reprise.testkit.SharedServers;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@ExtendWith(SharedServers.class)
@Execution(ExecutionMode.CONCURRENT)
class PostgresResumableTest extends JdbcResumableContract {
    private final PostgresServer server;

    PostgresResumableTest(PostgresServer server) {
        this.server = server;
    }

    @Override
    HikariDataSource openPool() {
        return Databases.emptied(server);
    }

    @Override
    void leave(HikariDataSource opened) {
        Databases.leave(opened, server);
    }
}
