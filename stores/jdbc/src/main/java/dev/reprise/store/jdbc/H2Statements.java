package dev.reprise.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** H2 from 2.2. */
final class H2Statements extends PlainStatements {
    private static final int LOCK_TIMEOUT = 50200;
    private static final int DUPLICATE = 23505;
    private static final int STRIPES = 65_536;
    private static final String NOW =
            "DATEDIFF(MICROSECOND, TIMESTAMP WITH TIME ZONE '1970-01-01 00:00:00+00', CURRENT_TIMESTAMP(6))";

    private final String home;

    H2Statements(TableName table) {
        super(table, NOW, Room.WIDE);
        this.home = table.schema() == null ? "DATABASE() || '.' || SCHEMA()" : "DATABASE()";
    }

    @Override
    String insertUnlessThere(String columns, String places) {
        return "MERGE INTO {operation} USING (SELECT CAST(? AS binary(24)) AS id) AS given ON {operation}.id = given.id "
                + "WHEN NOT MATCHED THEN INSERT (" + columns + ") VALUES (" + places.replaceFirst("\\?", "given.id")
                + ")";
    }

    @Override
    String lock(Connection connection, RowKey key) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                sql("SELECT " + home + " FROM {lock} WHERE stripe = ? FOR UPDATE NOWAIT"))) {
            select.setLong(1, Math.floorMod(key.number(), STRIPES));
            return value(select);
        }
    }

    @Override
    Home home(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT " + home)) {
            return new Home(value(select));
        }
    }

    /** Has no level for one transaction only. To set it ends what is open, which is nothing before and after. */
    @Override
    <R> R freshly(Connection connection, ShortConnections.Work<R> work) throws SQLException {
        int before = connection.getTransactionIsolation();
        if (before <= Connection.TRANSACTION_READ_COMMITTED) {
            return work.on(connection);
        }
        connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        R result = work.on(connection);
        connection.commit();
        connection.setTransactionIsolation(before);
        return result;
    }

    @Override
    boolean isDuplicate(int code) {
        return code == DUPLICATE;
    }

    /** Also in the modes that imitate products without LIMIT. */
    @Override
    String first() {
        return "FETCH FIRST ? ROWS ONLY";
    }

    @Override
    boolean isLocked(SQLException failure) {
        return failure.getErrorCode() == LOCK_TIMEOUT;
    }
}
