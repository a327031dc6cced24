package dev.reprise.outbox;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;

/** How an operation is written down, so that doing it again does nothing, and disturbs no transaction. */
final class Adding {
    /** What databases say of a key that is taken. */
    private static final String TAKEN = "23505";
    /** What PostgreSQL says to all that follows an error in a transaction. */
    private static final String ABORTED = "25P02";

    private final OutboxSql sql;

    Adding(OutboxSql sql) {
        this.sql = sql;
    }

    /**
     * Writes it down; false if the same is there.
     *
     * @param seconds how long to wait for another transaction that has the key; 0 for as long as the database does
     */
    boolean insert(Connection connection, OutboxRequest request, int seconds) throws SQLException {
        try {
            if (insertNew(connection, request, seconds)) {
                return true;
            }
        } catch (SQLException e) {
            if (!String.valueOf(e.getSQLState()).startsWith("23")) {
                throw explained(e);
            }
            if (!isThere(connection, request)) {
                throw e;
            }
            return false;
        }
        if (!isThere(connection, request)) {
            throw new SQLException("The operation of that key was deleted at the same moment: add it again", "40001");
        }
        return false;
    }

    private boolean insertNew(Connection connection, OutboxRequest request, int seconds) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(sql.of("INSERT INTO reprise_outbox"
                + " (operation_key, state, due_at, claim, rounds, open_outcome, created_at, deadline_at, method, uri,"
                + " fields, body) VALUES (?, 'PENDING', {now}, 0, 0, 0, {now}, ?, ?, ?, ?, ?){or nothing}"))) {
            insert.setQueryTimeout(seconds);
            insert.setString(1, request.key().value());
            insert.setLong(2, request.deadline().toEpochMilli());
            insert.setString(3, request.method());
            insert.setString(4, request.uri().toString());
            insert.setString(5, request.fieldLines());
            insert.setBytes(6, request.body());
            return insert.executeUpdate() == 1;
        }
    }

    /** @throws SQLException if there is another one of that key, which does not end the transaction */
    private boolean isThere(Connection connection, OutboxRequest request) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                sql.of("SELECT method, uri, fields, body FROM reprise_outbox WHERE operation_key = ?{as it is now}"))) {
            select.setString(1, request.key().value());
            try (ResultSet row = select.executeQuery()) {
                if (!row.next()) {
                    return false;
                }
                boolean same = request.method().equals(row.getString(1))
                        && request.uri().toString().equals(row.getString(2))
                        && request.fieldLines().equals(row.getString(3))
                        && Arrays.equals(request.body(), row.getBytes(4));
                if (!same) {
                    throw new SQLException(
                            "There is another operation of the key " + request.key() + ": choose another key", TAKEN);
                }
                return true;
            }
        }
    }

    /** What has failed before in the same transaction is the reason, where the driver knows it. */
    private static SQLException explained(SQLException e) {
        return ABORTED.equals(e.getSQLState()) && e.getCause() != null
                ? new SQLException(
                        e.getMessage() + "; it failed with: " + e.getCause().getMessage(), ABORTED, e)
                : e;
    }
}
