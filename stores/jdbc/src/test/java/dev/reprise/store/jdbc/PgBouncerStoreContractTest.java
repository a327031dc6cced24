package dev.reprise.store.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.spi.OperationStore;
import dev.reprise.testkit.PostgresServer;
import dev.reprise.testkit.SharedServers;
import dev.reprise.testkit.StoreContract;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.ExtendWith;

/** The leased guarantee holds where each transaction may get another connection. */
@EnabledIf(value = "dev.reprise.store.jdbc.PgBouncer#isInstalled", disabledReason = "PgBouncer is not installed here")
@ExtendWith(SharedServers.class)
class PgBouncerStoreContractTest extends StoreContract {
    private final PgBouncer bouncer;
    private final HikariDataSource pool;

    PgBouncerStoreContractTest(PostgresServer server) {
        super(Duration.ofSeconds(30));
        bouncer = PgBouncer.before(server);
        String database = server.newDatabase();
        server.execute(database, SqlDialect.POSTGRESQL.script(TableName.DEFAULT));
        pool = bouncer.pool(database);
    }

    @AfterEach
    void stop() {
        pool.close();
        bouncer.close();
    }

    @Override
    protected OperationStore openStore() {
        return JdbcStore.over(pool).timeLimit(Duration.ofSeconds(10)).open();
    }

    @Override
    protected void elapse(Duration atLeast) {
        Databases.elapse(pool, atLeast);
    }
}
