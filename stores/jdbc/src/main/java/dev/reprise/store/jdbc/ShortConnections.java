package dev.reprise.store.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;

/**
 * Connections for short work, given back as they came. Thread-safe.
 *
 * @param source of connections, a pool
 * @param networked whether a connection may be silent for ever, so that it is watched
 * @param watchdog ends connections that are silent for too long
 */
record ShortConnections(DataSource source, boolean networked, ConnectionWatchdog watchdog) {
    private static final int PATIENCE_SECONDS = 1;
    private static final int ATTEMPTS = 4;
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(40);

    /** What is done with a connection. */
    @FunctionalInterface
    interface Work<R> {
        R on(Connection connection) throws SQLException;
    }

    /** Does work that needs no transaction. */
    <R> R read(Work<R> work) throws SQLException {
        return with(true, work);
    }

    /**
     * Does work in a transaction, and commits it. Work that was rolled back because of other transactions is done again, a few
     * times (P8).
     */
    <R> R write(Work<R> work) throws SQLException {
        for (int attempt = 1; ; attempt++) {
            try {
                return with(false, connection -> {
                    R result = work.on(connection);
                    connection.commit();
                    return result;
                });
            } catch (SQLException e) {
                if (attempt == ATTEMPTS || Faults.kind(e) != Faults.Kind.CONFLICT) {
                    throw e;
                }
                pause();
            }
        }
    }

    /** A short while that differs, so that those who were in each other's way do not meet again. */
    static void pause() {
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(LONGEST_PAUSE.toNanos()));
    }

    /** Whether there is a connection to be had, and the database at its other end answers. */
    boolean canBeHad() {
        try (Connection connection = source.getConnection()) {
            return connection.isValid(PATIENCE_SECONDS);
        } catch (SQLException e) {
            return false;
        }
    }

    private <R> R with(boolean autoCommit, Work<R> work) throws SQLException {
        Connection connection = source.getConnection();
        boolean before;
        try {
            before = connection.getAutoCommit();
            if (before != autoCommit) {
                connection.setAutoCommit(autoCommit);
            }
        } catch (SQLException | RuntimeException e) {
            ConnectionReturn.end(connection);
            throw e;
        }
        R result;
        try {
            result = networked ? watchdog.atMost(connection, work) : work.on(connection);
        } catch (Throwable e) {
            ConnectionReturn.rollBackAndGiveBack(connection, before);
            throw e;
        }
        ConnectionReturn.giveBack(connection, before);
        return result;
    }
}
