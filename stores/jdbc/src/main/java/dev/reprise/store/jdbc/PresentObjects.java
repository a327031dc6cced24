package dev.reprise.store.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The objects that a database has, each looked at once: a start asks for many, and waits for each question. */
final class PresentObjects {
    private final Connection connection;
    private final TableName table;
    /** The columns of tables and sequences by their names; nothing for those that are not there. */
    private final Map<String, Optional<Set<String>>> columns = new HashMap<>();

    private @Nullable Set<String> indexes;

    /** @param table the one that has the indexes */
    PresentObjects(Connection connection, TableName table) {
        this.connection = connection;
        this.table = table;
    }

    /**
     * Whether what a statement of a script makes is there; any other trouble with it is thrown.
     *
     * @param kind how the statement begins
     * @param part the table of an index, or the column that is added
     */
    boolean include(String kind, String name, String part) throws SQLException {
        return switch (kind) {
            case "CREATE INDEX" -> exists(part) && indexes().contains(name);
            case "INSERT INTO" -> exists(name) && hasRow(name);
            case "ALTER TABLE" ->
                columns(name).map(present -> present.contains(part)).orElse(false);
            default -> exists(name);
        };
    }

    /** Whether a table or sequence is there. */
    boolean exists(String name) throws SQLException {
        return columns(name).isPresent();
    }

    private Optional<Set<String>> columns(String name) throws SQLException {
        Optional<Set<String>> known = columns.get(name);
        if (known == null) {
            known = read(name);
            columns.put(name, known);
        }
        return known;
    }

    private Optional<Set<String>> read(String name) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet nothing = statement.executeQuery("SELECT * FROM " + name + " WHERE 1 = 0")) {
            ResultSetMetaData found = nothing.getMetaData();
            Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
            for (int i = 1; i <= found.getColumnCount(); i++) {
                names.add(found.getColumnName(i));
            }
            return Optional.of(names);
        } catch (SQLException e) {
            if (isMissing(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static boolean isMissing(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        String message = String.valueOf(e.getMessage());
        // Undefined table, schema or column, in PostgreSQL, MariaDB and H2; SQLite has no state for it.
        return state.equals("42P01")
                || state.equals("3F000")
                || state.equals("42703")
                || state.startsWith("42S0")
                || state.equals("42S22")
                || state.equals("90079")
                || message.contains("no such table")
                || message.contains("no such column");
    }

    private boolean hasRow(String name) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            // Not LIMIT, which some of H2's modes lack.
            statement.setMaxRows(1);
            try (ResultSet rows = statement.executeQuery("SELECT 1 FROM " + name)) {
                return rows.next();
            }
        }
    }

    private Set<String> indexes() throws SQLException {
        Set<String> known = indexes;
        if (known == null) {
            known = readIndexes();
            indexes = known;
        }
        return known;
    }

    private Set<String> readIndexes() throws SQLException {
        boolean upper = connection.getMetaData().storesUpperCaseIdentifiers();
        String stored = upper ? table.name().toUpperCase(Locale.ROOT) : table.name();
        if (connection.getMetaData().storesLowerCaseIdentifiers()) {
            stored = stored.toLowerCase(Locale.ROOT);
        }
        Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        try (ResultSet rows =
                connection.getMetaData().getIndexInfo(connection.getCatalog(), null, stored, false, true)) {
            while (rows.next()) {
                String name = rows.getString("INDEX_NAME");
                if (name != null) {
                    names.add(name);
                }
            }
        }
        return names;
    }
}
