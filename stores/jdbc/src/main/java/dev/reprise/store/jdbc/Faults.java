package dev.reprise.store.jdbc;

import dev.reprise.spi.StoreException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an error of a database means. The table in {@code docs/jdbc.md} is this class. */
final class Faults {
    private static final String IN_FAILED_TRANSACTION = "25P02";
    private static final Set<String> SERVER_STATES = Set.of("0A", "25", "42", "53", "54", "55", "57", "58", "XX");

    private Faults() {}

    /** The kinds of errors that are treated differently. */
    enum Kind {
        /** Serialization failure or deadlock: rolled back because of others, and worth making again (P8). */
        CONFLICT,
        /** A lock or an answer was waited for as long as somebody has set: given up. */
        PATIENCE,
        /** The connection is gone or was not to be had, and with it the knowledge of what it did last. */
        LOST,
        /** What was written breaks a rule of the schema, which may be found out at the commit only. */
        CONSTRAINT,
        /** A statement failed before, and PostgreSQL takes no other one in its transaction. */
        BROKEN,
        /** Anything else: the same again would fail again. */
        OTHER
    }

    /** The first error of a chain that says more than that the transaction has failed before. */
    static Kind kind(@Nullable Throwable failure) {
        Kind found = Kind.OTHER;
        for (Throwable cause = failure;
                cause != null && (found == Kind.OTHER || found == Kind.BROKEN);
                cause = cause.getCause()) {
            if (cause instanceof SQLException e) {
                Kind kind = kind(e);
                found = kind == Kind.OTHER ? found : kind;
            }
        }
        return found;
    }

    private static Kind kind(SQLException e) {
        Kind byCode = byCode(e.getClass().getName(), e.getErrorCode());
        if (byCode != Kind.OTHER) {
            return byCode;
        }
        Kind byState = byState(e.getSQLState() == null ? "" : e.getSQLState());
        boolean lost = e instanceof SQLTransientConnectionException
                || e instanceof SQLNonTransientConnectionException
                || e instanceof SQLRecoverableException;
        return byState == Kind.OTHER && lost ? Kind.LOST : byState;
    }

    /** By the standard, and by PostgreSQL, which has no other codes. */
    private static Kind byState(String state) {
        return switch (state) {
            case "40002" -> Kind.CONSTRAINT;
            // Nobody knows whether a statement, or the commit, was completed.
            case "40003" -> Kind.LOST;
            case "40P01" -> Kind.CONFLICT;
            case IN_FAILED_TRANSACTION -> Kind.BROKEN;
            // Lock not available; cancelled, which a statement's time limit does too; MariaDB's words for the same.
            case "55P03", "57014", "70100" -> Kind.PATIENCE;
            // The session was idle for too long, in its transaction, or its transaction was open for too long.
            case "57P05", "25P03", "25P04" -> Kind.LOST;
            // The server shuts down, crashes, starts, or has dropped the database.
            case "57P01", "57P02", "57P03", "57P04" -> Kind.LOST;
            default ->
                switch (state.length() == 5 ? state.substring(0, 2) : "") {
                    case "08" -> Kind.LOST;
                    case "23" -> Kind.CONSTRAINT;
                    case "40" -> Kind.CONFLICT;
                    case "44" -> Kind.CONSTRAINT;
                    default -> Kind.OTHER;
                };
        };
    }

    /** Whether a statement was refused because another one had failed before, whatever that one's error was. */
    static boolean isBroken(SQLException e) {
        return IN_FAILED_TRANSACTION.equals(e.getSQLState());
    }

    /**
     * Whether an error of PostgreSQL is about the server and its objects, and not about what was written: no room, limits,
     * cancelled, broken, no right to, read-only.
     */
    static boolean isOfTheServer(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        return state.length() == 5 && SERVER_STATES.contains(state.substring(0, 2));
    }

    /** By the codes of products whose states say less. */
    private static Kind byCode(String driver, int code) {
        if (driver.startsWith("org.h2.")) {
            return switch (code) {
                case 40001, 90131 -> Kind.CONFLICT;
                case 50200, 57014 -> Kind.PATIENCE;
                // Broken connection, closed connection, closed database, database shutting down.
                case 90067, 90007, 90098, 90121 -> Kind.LOST;
                default -> Kind.OTHER;
            };
        }
        if (driver.startsWith("org.sqlite.")) {
            return bySqliteCode(code);
        }
        if (driver.startsWith("org.postgresql.")) {
            return Kind.OTHER;
        }
        return switch (code) {
            // Deadlock; the record has changed since it was read; the group of servers rolled it back.
            case 1213, 1020, 3101 -> Kind.CONFLICT;
            // Time limit for locks, NOWAIT, time limits for statements.
            case 1205, 3572, 1969, 3024 -> Kind.PATIENCE;
            // The connection was killed, or the server shuts down.
            case 1927, 1053 -> Kind.LOST;
            default -> Kind.OTHER;
        };
    }

    /** The driver gives out the lower byte, which is the code; the others would tell more. */
    private static Kind bySqliteCode(int code) {
        return switch (code & 0xff) {
            // Busy, locked, interrupted.
            case 5, 6, 9 -> Kind.PATIENCE;
            case 19 -> Kind.CONSTRAINT;
            default -> Kind.OTHER;
        };
    }

    /** What the callers of a store get. A record that cannot be read is nothing that was written just now. */
    static StoreException exception(String doing, Throwable failure) {
        String text = text(doing, failure);
        return failure instanceof StoreException known && known.isUnreadable()
                ? StoreException.unreadable(text, failure)
                : new StoreException(text, failure);
    }

    /** What could not be done, why, and what to do. */
    static String text(String doing, Throwable failure) {
        String advice = switch (kind(failure)) {
            case CONFLICT -> "; the database refused it several times because of other transactions";
            case PATIENCE -> "; somebody holds what it needs, or a time limit of the database is too short";
            case LOST ->
                "; see that the database runs, can be reached, has connections left in the pool, and takes packets of"
                        + " the size of the largest response";
            case CONSTRAINT, BROKEN, OTHER -> "";
        };
        return "Could not " + doing + ": " + message(failure) + advice;
    }

    /** The message with that of the first cause, because "the transaction is aborted" tells nobody why. */
    private static String message(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String text = String.valueOf(failure.getMessage());
        String first = String.valueOf(root.getMessage());
        return text.contains(first) ? text : text + " (first: " + first + ")";
    }
}
