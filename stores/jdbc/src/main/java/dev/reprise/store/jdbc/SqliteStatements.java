package dev.reprise.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/** SQLite from 3.38, which lets one transaction write at a time. */
final class SqliteStatements extends PlainStatements {
    private static final int BUSY = 5;
    private static final String NOW = "CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000";

    SqliteStatements(TableName table) {
        super(table, NOW);
    }

    @Override
    String insertUnlessThere(String columns, String places) {
        return "INSERT INTO {operation} (" + columns + ") VALUES (" + places + ") ON CONFLICT (id) DO NOTHING";
    }

    @Override
    String beginning() {
        return "";
    }

    /** Becomes the one that writes, by a statement that changes nothing. Waits as long as the connection's busy timeout. */
    @Override
    void lock(Connection connection, Key key) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql("UPDATE {meta} SET amount = amount WHERE name = ''"));
        }
    }

    @Override
    boolean isLocked(SQLException failure) {
        return (failure.getErrorCode() & 0xff) == BUSY;
    }

    @Override
    int purge(Connection connection, int limit) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement(sql("DELETE FROM {operation} WHERE id IN (SELECT id "
                        + "FROM {operation} WHERE state = 2 AND expires_at <= {now} ORDER BY expires_at LIMIT ?)"))) {
            delete.setInt(1, limit);
            return delete.executeUpdate();
        }
    }
}
