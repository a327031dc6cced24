package dev.reprise.store.jdbc;

import dev.reprise.spi.StoreException;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;

/** The databases that can keep records. Chosen by what the database says about itself; others are refused. */
public enum Dialect {
    /** PostgreSQL 14 and newer. */
    POSTGRESQL("PostgreSQL", 14, 0),
    /** MariaDB 10.6 and newer, MySQL 8.0 and newer. */
    MARIADB("MariaDB", 10, 6),
    /** H2 2.2 and newer, in this process or as a server. */
    H2("H2", 2, 2),
    /** SQLite 3.38 and newer. */
    SQLITE("SQLite", 3, 38);

    private final String product;
    private final int major;
    private final int minor;

    Dialect(String product, int major, int minor) {
        this.product = product;
        this.major = major;
        this.minor = minor;
    }

    /**
     * The dialect of that name, in any case.
     *
     * @throws IllegalArgumentException if there is none; the message names them all
     */
    public static Dialect named(String name) {
        for (Dialect dialect : values()) {
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
    static Dialect of(Connection connection) throws SQLException {
        DatabaseMetaData data = connection.getMetaData();
        String version = data.getDatabaseProductVersion();
        int major = data.getDatabaseMajorVersion();
        int minor = data.getDatabaseMinorVersion();
        return switch (data.getDatabaseProductName()) {
            case "PostgreSQL" -> {
                refuseRelatives(connection);
                yield POSTGRESQL.notBefore(version, major, minor);
            }
            case "MariaDB" -> MARIADB.notBefore(version, major, minor);
            // MariaDB's driver calls a server by its name; MySQL's calls both MySQL.
            case "MySQL" ->
                version.contains("MariaDB") ? MARIADB.notBefore(version, major, minor) : mySql(version, major);
            case "H2" -> H2.notBefore(version, major, minor);
            case "SQLite" -> SQLITE.notBefore(version, major, minor);
            default ->
                throw new StoreException(
                        "Records cannot be kept in " + data.getDatabaseProductName() + " " + version
                                + ": use PostgreSQL, MariaDB, MySQL, H2 or SQLite",
                        null);
        };
    }

    private static Dialect mySql(String version, int major) {
        if (major < 8) {
            throw new StoreException("MySQL " + version + " is too old to keep records in: use 8.0 or newer", null);
        }
        return MARIADB;
    }

    private Dialect notBefore(String version, int actualMajor, int actualMinor) {
        if (actualMajor < major || (actualMajor == major && actualMinor < minor)) {
            throw new StoreException(
                    product + " " + version + " is too old to keep records in: use " + major + "." + minor
                            + " or newer",
                    null);
        }
        return this;
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

    Statements statements(TableName table) {
        return switch (this) {
            case POSTGRESQL -> new PostgresStatements(table);
            case MARIADB -> new MariaDbStatements(table);
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
