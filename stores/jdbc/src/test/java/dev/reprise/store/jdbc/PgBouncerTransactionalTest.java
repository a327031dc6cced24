package dev.reprise.store.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.testkit.PostgresServer;
import dev.reprise.testkit.SharedServers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.ExtendWith;

/** The transactional guarantee holds where each transaction may get another connection. */
@EnabledIf(value = "dev.reprise.store.jdbc.PgBouncer#isInstalled", disabledReason = "PgBouncer is not installed here")
@ExtendWith(SharedServers.class)
class PgBouncerTransactionalTest extends TransactionalContract {
    private final PostgresServer server;
    private final PgBouncer bouncer;

    PgBouncerTransactionalTest(PostgresServer server) {
        this.server = server;
        bouncer = PgBouncer.before(server);
    }

    @AfterEach
    void stop() {
        bouncer.close();
    }

    @Override
    HikariDataSource openPool() {
        String database = server.newDatabase();
        server.execute(database, SqlDialect.POSTGRESQL.script(TableName.DEFAULT));
        return bouncer.pool(database);
    }
}
