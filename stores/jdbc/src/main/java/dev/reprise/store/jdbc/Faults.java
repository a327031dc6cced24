package dev.reprise.store.jdbc;

import dev.reprise.spi.StoreException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an error of a database means. */
final class Faults {
    /** Serialization failure and deadlock, in the standard and in PostgreSQL. */
    private static final Set<String> RETRY_STATES = Set.of("40001", "40P01");
    /** Codes of products whose state says less: H2's deadlock and concurrent update, SQLite's busy and locked. */
    private static final Set<Integer> H2_RETRY = Set.of(40001, 90131, 50200);

    private static final Set<Integer> MARIADB_RETRY = Set.of(1213, 1205, 1020);
    private static final Set<Integer> SQLITE_RETRY = Set.of(5, 6);
    /** The server is shutting down, crashing or starting. */
    private static final Set<String> GOING_DOWN = Set.of("57P01", "57P02", "57P03");

    private Faults() {}

    /** The kinds of errors that are treated differently. */
    enum Kind {
        /** The transaction was rolled back, and would probably succeed if it were made again. */
        RETRY,
        /** The connection is gone or was not to be had, and with it the knowledge of what it did last. */
        LOST,
        /** Anything else: the same again would fail again. */
        OTHER
    }

    /** The first error of a chain that says more than that the transaction has failed before. */
    static Kind kind(@Nullable Throwable failure) {
        Kind found = Kind.OTHER;
        for (Throwable cause = failure; cause != null && found == Kind.OTHER; cause = cause.getCause()) {
            if (cause instanceof SQLException e) {
                found = kind(e);
            }
        }
        return found;
    }

    private static Kind kind(SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        if (RETRY_STATES.contains(state) || retryCode(e)) {
            return Kind.RETRY;
        }
        boolean lost = state.startsWith("08")
                || GOING_DOWN.contains(state)
                || e instanceof SQLTransientConnectionException
                || e instanceof SQLNonTransientConnectionException
                || e instanceof SQLRecoverableException;
        return lost ? Kind.LOST : Kind.OTHER;
    }

    private static boolean retryCode(SQLException e) {
        String product = e.getClass().getName();
        if (product.startsWith("org.h2.")) {
            return H2_RETRY.contains(e.getErrorCode());
        }
        if (product.startsWith("org.sqlite.")) {
            // The lower byte is the code, the others tell more.
            return SQLITE_RETRY.contains(e.getErrorCode() & 0xff);
        }
        return !product.startsWith("org.postgresql.") && MARIADB_RETRY.contains(e.getErrorCode());
    }

    /** Whether a unique index refused a row. */
    static boolean duplicate(SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        return state.startsWith("23")
                || (e.getClass().getName().startsWith("org.sqlite.") && (e.getErrorCode() & 0xff) == 19);
    }

    /** What the callers of a store are told. */
    static StoreException exception(String doing, Exception failure) {
        String advice = switch (kind(failure)) {
            case RETRY -> "; the database refused it several times because of other transactions";
            case LOST ->
                "; see that the database runs, can be reached, has connections left in the pool, and takes packets of"
                        + " the size of the largest response";
            case OTHER -> "";
        };
        return new StoreException("Could not " + doing + ": " + message(failure) + advice, failure);
    }

    /** The message with that of the first cause, because "the transaction is aborted" tells nobody why. */
    static String message(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String text = String.valueOf(failure.getMessage());
        String first = String.valueOf(root.getMessage());
        return text.contains(first) ? text : text + " (first: " + first + ")";
    }
}
