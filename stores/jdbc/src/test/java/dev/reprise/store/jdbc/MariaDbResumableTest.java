package dev.reprise.store.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.testkit.MariaDbServer;
import dev.reprise.testkit.SharedServers;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedServers.class)
class MariaDbResumableTest extends JdbcResumableContract {
    private final MariaDbServer server;

    MariaDbResumableTest(MariaDbServer server) {
        this.server = server;
    }

    @Override
    HikariDataSource openPool() {
        return Databases.mariaDb(server);
    }
}
