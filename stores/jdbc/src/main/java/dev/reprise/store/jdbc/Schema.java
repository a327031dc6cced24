package dev.reprise.store.jdbc;

import dev.reprise.spi.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tables and what belongs to them: versioned scripts, one folder for each dialect, and the check that a database has
 * what they create.
 */
final class Schema {
    /** The version that this release works with. */
    static final int VERSION = 2;

    private static final Pattern OBJECT = Pattern.compile(
            "^(CREATE TABLE|CREATE SEQUENCE|CREATE INDEX|INSERT INTO|ALTER TABLE) (\\S+)(?: (?:ON|ADD COLUMN) (\\S+))?");

    private final SqlDialect dialect;
    private final TableName table;

    Schema(SqlDialect dialect, TableName table) {
        this.dialect = dialect;
        this.table = table;
    }

    String script() {
        StringBuilder scripts = new StringBuilder();
        for (int version = 1; version <= VERSION; version++) {
            scripts.append(script(version));
        }
        return scripts.toString();
    }

    private String script(int version) {
        String file = dialect.folder() + "/V" + version + "__reprise.sql";
        try (InputStream in = Objects.requireNonNull(Schema.class.getResourceAsStream(file), file)) {
            return named(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An index has no schema of its own in front of its name; everything else has. */
    private String named(String script) {
        String name = TableName.DEFAULT.name();
        return script.replaceAll("INDEX " + name + "(\\w*) ON " + name, "INDEX " + table.name() + "$1 ON \u0000")
                .replaceAll("\\b" + name + "(\\w*)", table.object("") + "$1")
                .replace("\u0000", table.object(""));
    }

    private static List<String> statements(String script) {
        String code = script.replaceAll("(?m)^--.*$", "");
        List<String> statements = new ArrayList<>();
        for (String statement : code.split(";\\s*\n", -1)) {
            if (!statement.isBlank()) {
                statements.add(statement.strip());
            }
        }
        return statements;
    }

    /**
     * Makes sure that a database has the schema of this release and lets this user work with it. Embedded databases get
     * what is missing, servers do not.
     *
     * @throws StoreException if something is missing; the message says what, and has the statements to run
     */
    void require(Connection connection) throws SQLException {
        try {
            requireObjects(connection);
            requirePrivileges(connection);
        } catch (SQLException e) {
            if (Faults.kind(e) == Faults.Kind.LOST) {
                throw e;
            }
            throw new StoreException(
                    "The database user cannot work with " + table + ": " + e.getMessage()
                            + "; it needs SELECT, INSERT, UPDATE and DELETE on the tables, USAGE and SELECT on the "
                            + "sequence if there is one, and a server that is no read-only replica",
                    e);
        }
    }

    private void requireObjects(Connection connection) throws SQLException {
        OptionalLong version = version(connection);
        if (version.isPresent() && version.getAsLong() > VERSION) {
            throw new StoreException(
                    table + " has schema " + version.getAsLong() + " and this release works with schema " + VERSION
                            + ": use the release that made it, or a newer one",
                    null);
        }
        List<String> missing = missing(connection, version.orElse(0));
        if (missing.isEmpty()) {
            return;
        }
        if (!dialect.embedded(connection)) {
            if (version.isEmpty() && !new PresentObjects(connection, table).exists(table.toString())) {
                throw new StoreException(
                        "The database has no table " + table + ". Create it, as a user who may, with what this prints: "
                                + command() + " (or SqlDialect." + dialect + ".script)",
                        null);
            }
            throw new StoreException(
                    "The database has not all that schema " + VERSION + " of " + table
                            + " consists of: the scripts up to V" + VERSION
                            + "__reprise.sql, which `reprise schema` prints, make it. Run, as a user who may:\n\n"
                            + String.join(";\n\n", missing) + ";\n",
                    null);
        }
        create(connection, missing);
    }

    private String command() {
        return "reprise schema --dialect " + dialect.name().toLowerCase(Locale.ROOT)
                + (table.equals(TableName.DEFAULT) ? "" : " --table " + table);
    }

    private OptionalLong version(Connection connection) throws SQLException {
        String meta = table.object("_meta");
        if (!new PresentObjects(connection, table).exists(meta)) {
            return OptionalLong.empty();
        }
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT amount FROM " + meta + " WHERE name = 'schema'")) {
            return rows.next() ? OptionalLong.of(rows.getLong(1)) : OptionalLong.empty();
        }
    }

    /** The statements whose objects are not there, and all those of versions that the database has not reached. */
    private List<String> missing(Connection connection, long version) throws SQLException {
        List<String> missing = new ArrayList<>();
        PresentObjects present = new PresentObjects(connection, table);
        for (int wanted = 1; wanted <= VERSION; wanted++) {
            for (String statement : statements(script(wanted))) {
                Matcher object = OBJECT.matcher(statement);
                boolean there = object.find()
                        ? present.include(object.group(1), object.group(2), object.group(3))
                        : wanted <= version;
                if (!there) {
                    missing.add(statement);
                }
            }
        }
        return missing;
    }

    private void create(Connection connection, List<String> missing) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            if (dialect == SqlDialect.SQLITE) {
                // Readers go on while somebody writes.
                statement.execute("PRAGMA journal_mode = WAL");
            }
            for (String one : missing) {
                statement.execute(one);
            }
        } catch (SQLException e) {
            // Somebody else may have been faster.
            if (!missing(connection, VERSION).isEmpty()) {
                throw e;
            }
        }
    }

    /** Statements that change nothing and need the rights, and the primary, that the store needs. */
    private void requirePrivileges(Connection connection) throws SQLException {
        String operation = table.object("");
        String where = " WHERE 1 = 0";
        List<String> probes = new ArrayList<>(List.of(
                "INSERT INTO " + operation + " SELECT * FROM " + operation + where,
                "UPDATE " + operation + " SET attempt = attempt" + where,
                "DELETE FROM " + operation + where));
        for (String part : List.of("_step", "_pause")) {
            String other = table.object(part);
            probes.add("INSERT INTO " + other + " SELECT * FROM " + other + where);
            probes.add("DELETE FROM " + other + where);
        }
        String audit = table.object("_audit");
        probes.add("INSERT INTO " + audit + " SELECT * FROM " + audit + where);
        probes.add("UPDATE " + table.object("_step") + " SET kind = kind" + where);
        if (dialect != SqlDialect.POSTGRESQL) {
            probes.add("UPDATE " + table.object("_meta") + " SET amount = amount" + where);
        }
        try (Statement statement = connection.createStatement()) {
            for (String probe : probes) {
                statement.execute(probe);
            }
            if (dialect == SqlDialect.POSTGRESQL) {
                requireSequence(statement);
            }
        }
    }

    private void requireSequence(Statement statement) throws SQLException {
        String query = "SELECT has_sequence_privilege('" + table.object("_token") + "', 'USAGE')";
        try (ResultSet rows = statement.executeQuery(query)) {
            if (!rows.next() || !rows.getBoolean(1)) {
                throw new SQLException("permission denied for sequence " + table.object("_token"), "42501");
            }
        }
    }
}
