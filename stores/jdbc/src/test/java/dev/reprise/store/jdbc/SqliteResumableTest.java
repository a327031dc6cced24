package dev.reprise.store.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class SqliteResumableTest extends JdbcResumableContract {
    @TempDir
    private Path folder;

    @Override
    HikariDataSource openPool() {
        return Databases.sqlite(folder);
    }
}
