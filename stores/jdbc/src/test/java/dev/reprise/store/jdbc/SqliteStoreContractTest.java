package dev.reprise.store.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.spi.OperationStore;
import dev.reprise.testkit.StoreContract;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
class SqliteStoreContractTest extends StoreContract {
    @TempDir
    private Path folder;

    private @Nullable HikariDataSource pool;

    SqliteStoreContractTest() {
        super(Duration.ofSeconds(30));
    }

    @AfterEach
    void closePool() {
        Objects.requireNonNull(pool).close();
    }

    @Override
    protected OperationStore openStore() {
        pool = Databases.sqlite(folder);
        return JdbcStore.over(pool).timeLimit(Duration.ofSeconds(10)).open();
    }

    @Override
    protected void elapse(Duration atLeast) {
        Databases.elapse(Objects.requireNonNull(pool), atLeast);
    }
}
