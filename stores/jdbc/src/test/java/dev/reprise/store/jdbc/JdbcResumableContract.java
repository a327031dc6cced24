package dev.reprise.store.jdbc;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.spi.ResumableStore;
import dev.reprise.spi.Transactions;
import dev.reprise.testkit.ResumableContract;
import java.sql.Connection;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;

/** The contract, on a database. */
abstract class JdbcResumableContract extends ResumableContract<Connection> {
    HikariDataSource pool;

    @SuppressWarnings("NullAway.Init")
    JdbcResumableContract() {}

    abstract HikariDataSource openPool();

    /** Takes leave of what was opened. */
    void leave(HikariDataSource opened) {
        opened.close();
    }

    @AfterEach
    final void close() {
        leave(pool);
    }

    @Override
    protected final ResumableStore<Connection> openStore() {
        pool = openPool();
        return JdbcResumableStore.open(pool, TableName.DEFAULT);
    }

    @Override
    protected final Transactions<Connection> openTransactions() {
        return JdbcTransactions.of(pool);
    }

    @Override
    protected final void elapse(Duration atLeast) {
        Databases.elapse(pool, atLeast);
    }
}
