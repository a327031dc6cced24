package dev.reprise.store.jdbc;

import dev.reprise.spi.StoreException;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The databases that can keep records. Chosen by what the database says about itself; others are refused. */
public enum SqlDialect {
    /** PostgreSQL 14 and newer. */
    POSTGRESQL("PostgreSQL", 14, 0),
    /** MariaDB 10.6 and newer, MySQL 8.0 and newer. */
    MARIADB("MariaDB", 10, 6),
    /** H2 2.2 and newer, in this process or as a server. */
    H2("H2", 2, 2),
    /** SQLite 3.38 and newer. */
    SQLITE("SQLite", 3, 38);

    /** MariaDB puts the first one in front of its own, for clients that are older than its name. */
    private static final Pattern VERSION = Pattern.compile("(?:5\\.5\\.5-)?(\\d+)(?:\\.(\\d+))?.*");

    private final String product;
    private final int major;
    private final int minor;

    SqlDialect(String product, int major, int minor) {
        this.product = product;
        this.major = major;
        this.minor = minor;
    }

    /**
     * The dialect of that name, in any case.
     *
     * @throws IllegalArgumentException if there is none; the message names them all
     */
    public static SqlDialect named(String name) {
        for (SqlDialect dialect : values()) {
            if (dialect.name().equalsIgnoreCase(name)) {
                return dialect;
            }
        }
        String mysql = name.equalsIgnoreCase("mysql") ? "; MySQL's is mariadb" : "";
        throw new IllegalArgumentException(
                "There is no dialect " + name + ", only postgresql, mariadb, h2 and sqlite" + mysql);
    }

    /** The statements that create the schema under the given name, as one script. */
    public String script(TableName table) {
        return new Schema(this, table).script();
    }

    /** The dialect of the database at the other end. */
    static SqlDialect of(Connection connection) throws SQLException {
        DatabaseMetaData data = connection.getMetaData();
        SqlDialect dialect = of(data.getDatabaseProductName(), data.getDatabaseProductVersion());
        if (dialect == POSTGRESQL) {
            refuseRelatives(connection);
        }
        return dialect;
    }

    /** The dialect of the product, as its driver names it. */
    static SqlDialect of(String product, String version) {
        return switch (product) {
            case "PostgreSQL" -> POSTGRESQL.notBefore(version);
            case "MariaDB" -> MARIADB.notBefore(version);
            // MariaDB's driver calls a server by its name; MySQL's calls both MySQL.
            case "MySQL" -> version.contains("MariaDB") ? MARIADB.notBefore(version) : mySql(version);
            case "H2" -> H2.notBefore(version);
            case "SQLite" -> SQLITE.notBefore(version);
            default ->
                throw new StoreException(
                        "Records cannot be kept in " + product + " " + version
                                + ": use PostgreSQL, MariaDB, MySQL, H2 or SQLite",
                        null);
        };
    }

    private static SqlDialect mySql(String version) {
        requireNotBefore("MySQL", version, 8, 0);
        return MARIADB;
    }

    private SqlDialect notBefore(String version) {
        requireNotBefore(product, version, major, minor);
        return this;
    }

    private static void requireNotBefore(String product, String version, int major, int minor) {
        Matcher numbers = VERSION.matcher(version);
        int actualMajor = numbers.matches() ? Integer.parseInt(numbers.group(1)) : 0;
        int actualMinor = actualMajor == 0 || numbers.group(2) == null ? 0 : Integer.parseInt(numbers.group(2));
        if (actualMajor < major || (actualMajor == major && actualMinor < minor)) {
            throw new StoreException(
                    product + " " + version + " is too old to keep records in: use " + major + "." + minor
                            + " or newer",
                    null);
        }
    }

    /** Those that speak PostgreSQL's protocol and lack its locks. */
    private static void refuseRelatives(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet version = statement.executeQuery("SELECT version()")) {
            version.next();
            String text = version.getString(1);
            for (String relative : new String[] {"CockroachDB", "-YB-", "Redshift", "Materialize"}) {
                if (text.contains(relative)) {
                    throw new StoreException(
                            "Records cannot be kept in " + text
                                    + ": it speaks PostgreSQL's protocol, and has none of its advisory locks",
                            null);
                }
            }
        }
    }

    /** The statements on a table of the database at the other end, which fit what it is set to. */
    Statements statements(TableName table, Connection connection) throws SQLException {
        return switch (this) {
            case POSTGRESQL -> new PostgresStatements(table, PostgresTables.home(connection, table));
            case MARIADB -> MariaDbStatements.on(connection, table);
            case H2 -> new H2Statements(table);
            case SQLITE -> new SqliteStatements(table);
        };
    }

    /** Whether it is a file or memory of this process, or nearly so, where nobody else creates the schema. */
    boolean embedded(Connection connection) throws SQLException {
        String url = connection.getMetaData().getURL();
        return switch (this) {
            case SQLITE -> true;
            case H2 -> url != null && !url.startsWith("jdbc:h2:tcp:") && !url.startsWith("jdbc:h2:ssl:");
            case POSTGRESQL, MARIADB -> false;
        };
    }

    /** Whether connections go through a network, and may be silent for ever. */
    boolean networked() {
        return this == POSTGRESQL || this == MARIADB;
    }

    /** Whether several transactions can write at once. */
    boolean parallelWrites() {
        return networked();
    }

    String folder() {
        return name().toLowerCase(Locale.ROOT);
    }
}
