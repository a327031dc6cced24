package dev.reprise.store.jdbc;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * How connections go back where they came from: with nothing open in them, or not at all. To switch auto-commit on commits
 * what is open, so that is done only after a rollback that succeeded.
 */
final class ConnectionReturn {
    private static final Logger LOG = System.getLogger(ConnectionReturn.class.getName());

    private ConnectionReturn() {}

    /** Gives a connection back without what its transaction did, if anything is open. */
    static void rollBackAndGiveBack(Connection connection, boolean autoCommit) {
        try {
            rollBack(connection);
        } catch (SQLException | RuntimeException e) {
            LOG.log(Level.DEBUG, "A connection that could not be rolled back is ended instead of given back", e);
            if (breakOff(connection)) {
                close(connection);
                return;
            }
        }
        giveBack(connection, autoCommit);
    }

    /** Gives a connection back in which nothing is open. */
    static void giveBack(Connection connection, boolean autoCommit) {
        try {
            if (connection.getAutoCommit() != autoCommit) {
                connection.setAutoCommit(autoCommit);
            }
        } catch (SQLException | RuntimeException e) {
            LOG.log(Level.DEBUG, "A connection that could not be given back in order is ended", e);
            breakOff(connection);
        }
        close(connection);
    }

    /** Ends a connection, and gives its pool the place back. */
    static void end(Connection connection) {
        breakOff(connection);
        close(connection);
    }

    /**
     * Ends a connection at once, also while another thread waits for its answer.
     *
     * @return false if the driver cannot do that, and the transaction was rolled back instead
     */
    static boolean breakOff(Connection connection) {
        try {
            connection.abort(Runnable::run);
            Connection own = connection.unwrap(Connection.class);
            if (!own.isClosed()) {
                return !rolledBackOrClosed(own);
            }
            // It fails, and by that the pool learns that this connection is of no use any more.
            connection.rollback();
        } catch (SQLException | RuntimeException | LinkageError e) {
            LOG.log(Level.DEBUG, "A connection was ended", e);
        }
        return true;
    }

    /** For drivers that do nothing when they are asked to abort, which have their database in this process. */
    private static boolean rolledBackOrClosed(Connection own) throws SQLException {
        try {
            rollBack(own);
            return true;
        } catch (SQLException | RuntimeException e) {
            own.close();
            return false;
        }
    }

    /** In auto-commit mode there is nothing to roll back, and to ask for it is refused. */
    private static void rollBack(Connection connection) throws SQLException {
        if (!connection.getAutoCommit()) {
            connection.rollback();
        }
    }

    private static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException | RuntimeException e) {
            LOG.log(Level.DEBUG, "A connection could not be closed", e);
        }
    }
}
