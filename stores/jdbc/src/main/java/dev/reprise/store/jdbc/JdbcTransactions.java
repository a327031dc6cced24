package dev.reprise.store.jdbc;

import dev.reprise.spi.Transactions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;

/**
 * Transactions on connections of a pool, at the isolation level that the pool sets. Thread-safe.
 *
 * <p>How long {@link #begin} waits for a connection, and a statement of the handler for its answer, is set at the pool and
 * the driver. A commit that is not acknowledged within 30 seconds counts as lost.
 */
public final class JdbcTransactions implements Transactions<Connection> {
    /** How long a commit may take; a synchronous standby may need a while. */
    static final Duration COMMIT = Duration.ofSeconds(30);

    private final DataSource source;
    private final ConnectionWatchdog watchdog = new ConnectionWatchdog(COMMIT);
    /** The threads that have begun a transaction which is not over. */
    private final Set<Thread> inTransaction = ConcurrentHashMap.newKeySet();

    private final DataSource watched;

    private JdbcTransactions(DataSource source) {
        this.source = source;
        this.watched =
                WatchedPool.of(source, new SecondConnections(() -> inTransaction.contains(Thread.currentThread())));
    }

    /**
     * The same pool for everything else in the application. It names each place in the log, once, that opens a connection while its
     * thread has a transaction of these open.
     */
    public DataSource watched() {
        return watched;
    }

    /** Transactions on connections of the given pool, which stays the caller's to close. */
    public static JdbcTransactions of(DataSource source) {
        return new JdbcTransactions(source);
    }

    @Override
    public Transaction<Connection> begin() {
        try {
            Open open = new Open(source.getConnection(), watchdog, inTransaction);
            inTransaction.add(open.beginner);
            return open;
        } catch (SQLException e) {
            throw Faults.exception("open a transaction", e);
        }
    }

    private static final class Open implements Transaction<Connection> {
        private final Connection connection;
        private final ConnectionWatchdog watchdog;
        private final Set<Thread> inTransaction;
        private final Thread beginner = Thread.currentThread();
        private final boolean autoCommit;
        private boolean closed;

        private Open(Connection connection, ConnectionWatchdog watchdog, Set<Thread> inTransaction)
                throws SQLException {
            this.connection = connection;
            this.watchdog = watchdog;
            this.inTransaction = inTransaction;
            try {
                autoCommit = connection.getAutoCommit();
                if (autoCommit) {
                    connection.setAutoCommit(false);
                }
            } catch (SQLException e) {
                ConnectionReturn.end(connection);
                throw e;
            }
        }

        @Override
        public Connection handle() {
            return connection;
        }

        @Override
        public void commit() {
            try {
                watchdog.atMost(connection, open -> {
                    open.commit();
                    return open;
                });
            } catch (SQLException e) {
                throw Faults.exception("commit", e);
            }
            closed();
            ConnectionReturn.giveBack(connection, autoCommit);
        }

        @Override
        public void close() {
            if (!closed) {
                closed();
                ConnectionReturn.rollBackAndGiveBack(connection, autoCommit);
            }
        }

        private void closed() {
            closed = true;
            inTransaction.remove(beginner);
        }
    }
}
