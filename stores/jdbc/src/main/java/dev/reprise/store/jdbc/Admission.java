package dev.reprise.store.jdbc;

import dev.reprise.OperationId;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Which connections a store keeps records on: open ones in a transaction that can write, to the very table that the store
 * looks at, also later when somebody has to find out about a commit (S29). Whatever else is handed to it is its caller's bug.
 * Thread-safe.
 */
final class Admission {
    private final Statements statements;
    private final SqlDialect dialect;
    private final String name;
    private volatile String home;

    Admission(JdbcDatabase database) {
        this.statements = database.statements();
        this.dialect = database.dialect();
        this.name = database.home().name();
        this.home = database.home().id();
    }

    /** By what the driver knows without asking the server. */
    void requireTransaction(Connection connection, OperationId id) {
        try {
            refuseIf(connection.isClosed(), id, "is closed; keep it open until the end of its transaction");
            refuseIf(
                    connection.getAutoCommit(),
                    id,
                    "is in auto-commit mode, in which each statement is committed by itself; call setAutoCommit(false) first");
            if (dialect == SqlDialect.H2) {
                // Where this costs nothing, unlike on servers, and to be read-only is asked of the server and ignored.
                refuseIf(
                        connection.getTransactionIsolation() == Connection.TRANSACTION_READ_UNCOMMITTED,
                        id,
                        "sees what others have not committed; set READ COMMITTED or more");
                return;
            }
            refuseIf(
                    connection.isReadOnly(),
                    id,
                    "is read-only, and a record has to be written; call setReadOnly(false) before the transaction begins");
        } catch (SQLException e) {
            throw Faults.exception("look at the connection of " + id, e);
        }
    }

    private static void refuseIf(boolean unfit, OperationId id, String why) {
        if (unfit) {
            throw new IllegalArgumentException("The connection of " + id + " " + why);
        }
    }

    /**
     * By what a claim has found.
     *
     * @param seen the id of the home that it found, null if it could not ask
     */
    void requireHome(Connection connection, @Nullable String seen) throws SQLException {
        if (seen == null || seen.equals(home)) {
            return;
        }
        Home other = statements.home(connection);
        if (!other.name().equals(name)) {
            throw new IllegalArgumentException("The connection works on " + other.name() + ", and this store on " + name
                    + ": open a store for each database and schema, with a pool of connections to it");
        }
        // The table was made anew.
        home = other.id();
    }
}
