package dev.reprise.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** H2 from 2.2. */
final class H2Statements extends PlainStatements {
    private static final int LOCK_TIMEOUT = 50200;
    private static final int STRIPES = 65_536;
    private static final String NOW =
            "DATEDIFF(MICROSECOND, TIMESTAMP WITH TIME ZONE '1970-01-01 00:00:00+00', CURRENT_TIMESTAMP(6))";

    H2Statements(TableName table) {
        super(table, NOW);
    }

    @Override
    String insertUnlessThere(String columns, String places) {
        return "MERGE INTO {operation} USING (SELECT CAST(? AS binary(24)) AS id) AS given ON {operation}.id = given.id "
                + "WHEN NOT MATCHED THEN INSERT (" + columns + ") VALUES (" + places.replaceFirst("\\?", "given.id")
                + ")";
    }

    @Override
    String beginning() {
        return "";
    }

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
        return failure.getErrorCode() == LOCK_TIMEOUT;
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
