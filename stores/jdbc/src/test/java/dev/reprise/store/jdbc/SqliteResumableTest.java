package dev.reprise.store.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
class SqliteResumableTest extends JdbcResumableContract {
    @TempDir
    private Path folder;

    @Override
    HikariDataSource openPool() {
        return Databases.sqlite(folder);
    }
}
