package dev.reprise.outbox;

import dev.reprise.testkit.MariaDbServer;
import dev.reprise.testkit.SharedServers;
import java.sql.DriverManager;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

@ExtendWith(SharedServers.class)
@ResourceLock("MariaDB")
class MariaDbOutboxTest extends OutboxContract {
    private final MariaDbServer mariaDb;

    MariaDbOutboxTest(MariaDbServer mariaDb) {
        this.mariaDb = mariaDb;
    }

    @Override
    ConnectionSource database() {
        String url = mariaDb.url(mariaDb.newDatabase());
        return withTables(SqlDialect.MARIADB, () -> DriverManager.getConnection(url));
    }
}
