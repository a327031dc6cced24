package dev.reprise.store.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.spi.OperationStore;
import dev.reprise.testkit.AwaitedStore;
import dev.reprise.testkit.StoreContract;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;

/** The contract holds as well where nobody waits. */
class H2AsyncContractTest extends StoreContract {
    private final HikariDataSource pool = Databases.h2("async-contract");

    H2AsyncContractTest() {
        super(Duration.ofSeconds(30));
    }

    @AfterEach
    void closePool() {
        pool.close();
    }

    @Override
    protected OperationStore openStore() {
        return AwaitedStore.of(
                JdbcStore.over(pool).timeLimit(Duration.ofSeconds(10)).open());
    }

    @Override
    protected void elapse(Duration atLeast) {
        Databases.elapse(pool, atLeast);
    }
}
