package dev.reprise.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** MariaDB from 10.6 and MySQL from 8.0. */
final class MariaDbStatements extends PlainStatements {
    private static final int LOCK_WAIT_TIMEOUT = 1205;
    private static final int LOCK_NOWAIT = 3572;
    private static final int DUPLICATE = 1062;
    private static final int STRIPES = 65_536;

    /** Independent of the session's time zone, unlike other ways to get at the time with microseconds. */
    private static final String NOW = "TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6))";

    private static final Pattern DRIVERS_PACKET = Pattern.compile("[?&]maxAllowedPacket=(\\d{1,18})");

    private final String home;

    private MariaDbStatements(TableName table, Room room, String isolation) {
        super(table, NOW, room);
        this.home = "CONCAT(" + (table.schema() == null ? "DATABASE()" : "'server'") + ", IF(" + isolation
                + " LIKE 'READ-UN%', ' and what others have not committed', ''))";
    }

    /**
     * For what the server takes in one packet, since it resets the connection of whoever sends it more, and for what the
     * driver sends, if it is set to less.
     */
    static MariaDbStatements on(Connection connection, TableName table) throws SQLException {
        String isolation = "@@transaction_isolation";
        try {
            value(connection, isolation);
        } catch (SQLException e) {
            // Before MariaDB 11.1.
            isolation = "@@tx_isolation";
        }
        long packet = Long.parseLong(value(connection, "@@max_allowed_packet"));
        Matcher drivers = DRIVERS_PACKET.matcher(connection.getMetaData().getURL());
        if (drivers.find()) {
            packet = Math.min(packet, Long.parseLong(drivers.group(1)));
        }
        return new MariaDbStatements(table, new Room(packet), isolation);
    }

    private static String value(Connection connection, String variable) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT " + variable)) {
            return value(select);
        }
    }

    @Override
    String insertUnlessThere(String columns, String places) {
        return "INSERT INTO {operation} (" + columns + ") VALUES (" + places + ") ON DUPLICATE KEY UPDATE id = id";
    }

    /** A row lock is not written anywhere, and ends exactly with the transaction, which a named lock does not. */
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
        return new Home(value(connection, home));
    }

    @Override
    boolean isDuplicate(int code) {
        return code == DUPLICATE;
    }

    @Override
    boolean isLocked(SQLException failure) {
        return failure.getErrorCode() == LOCK_WAIT_TIMEOUT || failure.getErrorCode() == LOCK_NOWAIT;
    }
}
