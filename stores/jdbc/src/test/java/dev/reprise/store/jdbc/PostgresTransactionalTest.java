package dev.reprise.store.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.testkit.PostgresServer;
import dev.reprise.testkit.SharedServers;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedServers.class)
class PostgresTransactionalTest extends TransactionalContract {
    private final PostgresServer server;

    PostgresTransactionalTest(PostgresServer server) {
        this.server = server;
    }

    @Override
    HikariDataSource openPool() {
        return Databases.postgres(server);
    }
}
