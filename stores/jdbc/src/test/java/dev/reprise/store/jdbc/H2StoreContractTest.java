package dev.reprise.store.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.spi.OperationStore;
import dev.reprise.testkit.StoreContract;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;

class H2StoreContractTest extends StoreContract {
    private final HikariDataSource pool = Databases.h2(getClass().getSimpleName());

    H2StoreContractTest() {
        super(Duration.ofSeconds(30));
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
