package dev.reprise.examples.rides;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.sql.DataSource;

/** The table of rides, which is the business of this example. */
final class Rides {
    private Rides() {}

    static void createTable(DataSource database) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS rides (id INTEGER PRIMARY KEY, origin TEXT NOT NULL, "
                    + "target TEXT NOT NULL, customer TEXT NOT NULL, state TEXT NOT NULL, charge TEXT)");
        }
    }

    static long insert(Connection connection, RideRequest request) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO rides (origin, target, customer, state) VALUES (?, ?, ?, 'created') RETURNING id")) {
            insert.setString(1, request.origin());
            insert.setString(2, request.target());
            insert.setString(3, request.customer());
            try (ResultSet row = insert.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    static void confirm(Connection connection, long ride, String charge) throws SQLException {
        change(connection, ride, "confirmed", charge);
    }

    static void cancel(Connection connection, long ride) throws SQLException {
        change(connection, ride, "cancelled", "");
    }

    private static void change(Connection connection, long ride, String state, String charge) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE rides SET state = ?, charge = ? WHERE id = ?")) {
            update.setString(1, state);
            update.setString(2, charge);
            update.setLong(3, ride);
            update.executeUpdate();
        }
    }

    /** The states of all rides, by their ids. */
    static Map<Long, String> states(DataSource database) throws SQLException {
        Map<Long, String> states = new LinkedHashMap<>();
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT id, state FROM rides ORDER BY id")) {
            while (rows.next()) {
                states.put(rows.getLong(1), rows.getString(2));
            }
        }
        return states;
    }
}
