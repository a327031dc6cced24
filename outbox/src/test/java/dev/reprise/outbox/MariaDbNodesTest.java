package dev.reprise.outbox;

import dev.reprise.testkit.MariaDbServer;
import dev.reprise.testkit.SharedServers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.ResourceLock;

@ExtendWith(SharedServers.class)
@ResourceLock("MariaDB")
class MariaDbNodesTest extends NodesContract {
    private final MariaDbServer mariaDb;
    private final String url;

    MariaDbNodesTest(MariaDbServer mariaDb) {
        this.mariaDb = mariaDb;
        this.url = newDatabase();
    }

    @Override
    SqlDialect dialect() {
        return SqlDialect.MARIADB;
    }

    @Override
    String newDatabase() {
        return mariaDb.url(mariaDb.newDatabase());
    }

    @Override
    String url() {
        return url;
    }

    @Override
    ConnectionSource database() {
        return withTables(dialect(), at(url));
    }

    /** For this session, whose clock stands from then on; it is one of a single transaction. */
    @Override
    List<String> putForward(Duration by) {
        return List.of("SET timestamp = UNIX_TIMESTAMP(SYSDATE(6)) + " + by.toSeconds());
    }

    @Override
    void killServer() {
        mariaDb.kill();
    }

    @Override
    void restartServer() {
        mariaDb.restart();
    }
}
