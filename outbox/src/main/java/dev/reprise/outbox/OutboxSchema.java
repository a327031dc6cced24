package dev.reprise.outbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The tables of an outbox: a script for each version, and the check that a database has what they make. */
final class OutboxSchema {
    /** The version that this release works with. */
    static final int VERSION = 1;

    private final OutboxSql sql;

    OutboxSchema(OutboxSql sql) {
        this.sql = sql;
    }

    /**
     * Makes sure that the tables are those of this release. Embedded databases get what is missing, servers do not.
     *
     * @throws OutboxException if they are not; the message has the statements to run
     */
    void require(Connection connection) throws SQLException {
        int version = version(connection);
        if (version > VERSION) {
            throw new OutboxException("The outbox has schema " + version + " and this release works with schema "
                    + VERSION + ": use the release that made it, or a newer one");
        }
        if (version == VERSION) {
            return;
        }
        if (!sql.dialect().embedded()) {
            throw new OutboxException("The database has "
                    + (version == 0 ? "no outbox" : "an outbox of schema " + version)
                    + ", and this release works with schema "
                    + VERSION + ". Run, as a user who may:\n\n" + script(version));
        }
        create(connection, version);
    }

    /** The statements that make the tables of this version from those of an older one; 0 for none. */
    String script(int from) {
        StringBuilder scripts = new StringBuilder();
        for (int version = from + 1; version <= VERSION; version++) {
            String file = "V" + version + "__outbox.sql";
            try (InputStream script = Objects.requireNonNull(OutboxSchema.class.getResourceAsStream(file), file)) {
                scripts.append(sql.of(new String(script.readAllBytes(), StandardCharsets.UTF_8)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return scripts.toString();
    }

    static List<String> statements(String script) {
        return Stream.of(script.replaceAll("(?m)^--.*$", "").split(";", -1))
                .map(String::strip)
                .filter(statement -> !statement.isEmpty())
                .toList();
    }

    /** 0 if there is none. */
    private int version(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql.of("SELECT MAX(version) FROM reprise_outbox_schema"))) {
            row.next();
            return row.getInt(1);
        } catch (SQLException e) {
            if (isMissing(e)) {
                return 0;
            }
            throw e;
        }
    }

    private static boolean isMissing(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        // Undefined table, in PostgreSQL, and in MariaDB and H2; SQLite has no state for it.
        return state.equals("42P01")
                || state.startsWith("42S0")
                || String.valueOf(e.getMessage()).contains("no such table");
    }

    private void create(Connection connection, int from) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String one : statements(script(from))) {
                statement.execute(one);
            }
        } catch (SQLException e) {
            // Somebody else may have been faster.
            if (version(connection) != VERSION) {
                throw e;
            }
        }
    }
}
