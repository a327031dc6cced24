package dev.reprise.store.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.spi.OperationStore;
import dev.reprise.testkit.MariaDbServer;
import dev.reprise.testkit.SharedServers;
import dev.reprise.testkit.StoreContract;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@ExtendWith(SharedServers.class)
@Execution(ExecutionMode.CONCURRENT)
class MariaDbStoreContractTest extends StoreContract {
    private final MariaDbServer server;
    private final HikariDataSource pool;

    MariaDbStoreContractTest(MariaDbServer server) {
        super(Duration.ofSeconds(30));
        this.server = server;
        pool = Databases.emptied(server);
    }

    @AfterEach
    void leaveDatabase() {
        Databases.leave(pool, server);
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
