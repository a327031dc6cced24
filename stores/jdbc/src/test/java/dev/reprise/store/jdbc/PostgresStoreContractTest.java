package dev.reprise.store.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.spi.OperationStore;
import dev.reprise.testkit.PostgresServer;
import dev.reprise.testkit.SharedServers;
import dev.reprise.testkit.StoreContract;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedServers.class)
class PostgresStoreContractTest extends StoreContract {
    private final HikariDataSource pool;

    PostgresStoreContractTest(PostgresServer server) {
        super(Duration.ofSeconds(30));
        pool = Databases.postgres(server);
    }

    @AfterEach
    void closePool() {
        pool.close();
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
