package dev.reprise.outbox;

import dev.reprise.outbox.OutboxTransactions.Outcome.Done;
import dev.reprise.outbox.OutboxTransactions.Outcome.NotDone;
import dev.reprise.outbox.OutboxTransactions.Outcome.Unknown;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.BiFunction;

/**
 * Work in a transaction of its own, and the truth about whether it was done (S29): what fails before its commit was not, what
 * fails after it was, and of a commit without an acknowledgement nobody knows. Thread-safe.
 */
final class OutboxTransactions {
    private static final Logger LOG = System.getLogger(OutboxTransactions.class.getName());

    private final ConnectionSource connections;

    OutboxTransactions(ConnectionSource connections) {
        this.connections = connections;
    }

    @FunctionalInterface
    interface Work<T> {
        T in(Connection connection) throws SQLException;
    }

    /** What became of a piece of work. */
    sealed interface Outcome<T> {
        record Done<T>(T result) implements Outcome<T> {}

        record NotDone<T>(SQLException cause) implements Outcome<T> {}

        /** It may have been done, and would have had that result. */
        record Unknown<T>(T result, Exception cause) implements Outcome<T> {}

        /** What is only read is known when it has been read. */
        default T orFail(String failure) {
            return settle(failure, (result, cause) -> result);
        }

        /**
         * The result.
         *
         * @param failure what is said if it was not done
         * @param unknown what to do if nobody knows
         */
        default T settle(String failure, BiFunction<T, Exception, T> unknown) {
            return switch (this) {
                case Done<T>(T result) -> result;
                case NotDone<T>(SQLException cause) ->
                    throw new OutboxException(failure + ": " + cause.getMessage(), cause);
                case Unknown<T>(T result, Exception cause) -> unknown.apply(result, cause);
            };
        }
    }

    <T> Outcome<T> attempt(Work<T> work) {
        Connection connection;
        try {
            connection = connections.open();
        } catch (SQLException e) {
            return new NotDone<>(e);
        }
        try {
            return attempt(connection, work);
        } finally {
            close(connection);
        }
    }

    private static <T> Outcome<T> attempt(Connection connection, Work<T> work) {
        T result;
        try {
            connection.setAutoCommit(false);
            result = work.in(connection);
        } catch (SQLException e) {
            rollBack(connection, e);
            return new NotDone<>(e);
        } catch (RuntimeException | Error e) {
            rollBack(connection, e);
            throw e;
        }
        try {
            connection.commit();
            return new Done<>(result);
        } catch (SQLException e) {
            return isRolledBack(e) ? new NotDone<>(e) : new Unknown<>(result, e);
        } catch (RuntimeException e) {
            return new Unknown<>(result, e);
        }
    }

    /** Whether the database itself says that it has not committed. */
    private static boolean isRolledBack(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        // 40003 is "statement completion unknown".
        return (state.startsWith("40") && !state.equals("40003")) || state.startsWith("23") || state.startsWith("25");
    }

    /** Whoever cannot work with a connection can often not roll back either, which is not what went wrong. */
    private static void rollBack(Connection connection, Throwable failure) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
    }

    /** What was committed stays so, whatever becomes of the connection. */
    private static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.log(Level.WARNING, "A connection could not be closed", e);
        }
    }
}
