package dev.reprise.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/** SQLite from 3.38, which lets one transaction write at a time. */
final class SqliteStatements extends PlainStatements {
    private static final int BUSY = 5;
    private static final int CONSTRAINT = 19;
    private static final String NOW = "CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER) * 1000";

    SqliteStatements(TableName table) {
        super(table, NOW, Room.WIDE);
    }

    /** SQLite counts in milliseconds. */
    @Override
    String moment(String operation) {
        return "MAX({now} + ?, (SELECT COALESCE(MAX(s.recorded_at), 0) + 1 FROM {step} s WHERE s.operation = "
                + operation + "))";
    }

    @Override
    String insertUnlessThere(String columns, String places) {
        return "INSERT INTO {operation} (" + columns + ") VALUES (" + places + ") ON CONFLICT (id) DO NOTHING";
    }

    /** Becomes the one that writes, by a statement that changes nothing. Waits as long as the connection's busy timeout. */
    @Override
    String lock(Connection connection, RowKey key) throws SQLException {
        becomeWriter(connection);
        return home(connection).id();
    }

    @Override
    void becomeWriter(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql("UPDATE {meta} SET amount = amount WHERE name = ''"));
        }
    }

    @Override
    String lockingFree() {
        return "";
    }

    /** The file. */
    @Override
    Home home(Connection connection) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT file FROM pragma_database_list WHERE name = 'main'")) {
            return new Home(value(select));
        }
    }

    /** A snapshot that is older than the place of the one who writes is refused by SQLite itself. */
    @Override
    <R> R freshly(Connection connection, ShortConnections.Work<R> work) throws SQLException {
        return work.on(connection);
    }

    @Override
    boolean isDuplicate(int code) {
        return (code & 0xff) == CONSTRAINT;
    }

    @Override
    String lockInOrder() {
        return "";
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
