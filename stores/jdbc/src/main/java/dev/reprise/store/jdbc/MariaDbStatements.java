package dev.reprise.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** MariaDB from 10.6 and MySQL from 8.0. */
final class MariaDbStatements extends PlainStatements {
    private static final int LOCK_WAIT_TIMEOUT = 1205;
    private static final int LOCK_NOWAIT = 3572;
    private static final int STRIPES = 65_536;

    /** Independent of the session's time zone, unlike other ways to get at the time with microseconds. */
    private static final String NOW = "TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6))";

    MariaDbStatements(TableName table) {
        super(table, NOW);
    }

    @Override
    String insertUnlessThere(String columns, String places) {
        return "INSERT INTO {operation} (" + columns + ") VALUES (" + places + ") ON DUPLICATE KEY UPDATE id = id";
    }

    /** The default level reads from a snapshot that may be older than what a write has just met. */
    @Override
    String beginning() {
        return "SET TRANSACTION ISOLATION LEVEL READ COMMITTED";
    }

    /** A row lock is not written anywhere, and ends exactly with the transaction, which a named lock does not. */
    @Override
    void lock(Connection connection, Key key) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement(sql("SELECT stripe FROM {lock} WHERE stripe = ? FOR UPDATE NOWAIT"))) {
            select.setLong(1, Math.floorMod(key.number(), STRIPES));
            select.executeQuery().close();
        }
    }

    @Override
    boolean isLocked(SQLException failure) {
        return failure.getErrorCode() == LOCK_WAIT_TIMEOUT || failure.getErrorCode() == LOCK_NOWAIT;
    }

    @Override
    int purge(Connection connection, int limit) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(
                sql("DELETE FROM {operation} WHERE state = 2 AND expires_at <= {now} ORDER BY expires_at LIMIT ?"))) {
            delete.setInt(1, limit);
            return delete.executeUpdate();
        }
    }
}
