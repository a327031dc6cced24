package dev.reprise.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Which tables the records are in on PostgreSQL, and which table an error is about. */
final class PostgresTables {
    /** The name of the table is made a number when the statement is read, which the search path changes. */
    static final String HOME = "current_database() || '.' || '{operation}'::regclass::oid";

    private static final String UNIQUE_VIOLATION = "23505";

    private PostgresTables() {}

    /** Where the records are, and what else an error may call their table. */
    static Home home(Connection connection, TableName table) throws SQLException {
        String query = "WITH RECURSIVE part (oid) AS (SELECT '" + table + "'::regclass::oid UNION "
                + "SELECT inhrelid FROM pg_inherits JOIN part ON inhparent = part.oid) "
                + "SELECT " + HOME.replace("{operation}", table.toString()) + ", current_database(), nspname, relname "
                + "FROM part JOIN pg_class USING (oid) JOIN pg_namespace ON pg_namespace.oid = relnamespace "
                + "ORDER BY pg_class.oid <> '" + table + "'::regclass::oid";
        try (PreparedStatement select = connection.prepareStatement(query);
                ResultSet rows = select.executeQuery()) {
            String id = "";
            String name = "";
            Set<String> tables = new LinkedHashSet<>();
            while (rows.next()) {
                String one = rows.getString(3) + "." + rows.getString(4);
                id = rows.getString(1);
                name = name.isEmpty() ? rows.getString(2) + "." + one : name;
                tables.add(one);
            }
            return new Home(id, name, tables);
        }
    }

    /** Whether a unique index of one of the given tables refused a row. */
    static boolean isUniqueViolation(SQLException failure, Set<String> tables) {
        ServerErrorMessage said = UNIQUE_VIOLATION.equals(failure.getSQLState()) ? said(failure) : null;
        return said != null && tables.contains(said.getSchema() + "." + said.getTable());
    }

    /** What the server answered; null if the error is the driver's own, or the driver another one. */
    static @Nullable ServerErrorMessage said(SQLException failure) {
        return failure.getClass().getName().startsWith("org.postgresql.") && failure instanceof PSQLException driver
                ? driver.getServerErrorMessage()
                : null;
    }
}
