package dev.reprise.outbox;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The databases that an outbox is known to work in. Chosen by what the database says about itself; others are refused. */
enum SqlDialect {
    H2("H2", 2, 2),
    SQLITE("SQLite", 3, 38),
    POSTGRESQL("PostgreSQL", 14, 0),
    MARIADB("MariaDB", 10, 6),
    MYSQL("MySQL", 8, 0);

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

    static SqlDialect of(Connection connection) throws SQLException {
        DatabaseMetaData data = connection.getMetaData();
        return of(data.getDatabaseProductName(), data.getDatabaseProductVersion());
    }

    static SqlDialect of(String product, String version) {
        // MariaDB's driver calls a server by its name; MySQL's calls both MySQL.
        String name = version.contains("MariaDB") ? MARIADB.product : product;
        return Stream.of(values())
                .filter(dialect -> dialect.product.equals(name) && dialect.isIn(version))
                .findFirst()
                .orElseThrow(
                        () -> new OutboxException("There can be no outbox in " + name + " " + version + ", only in "
                                + Stream.of(values()).map(SqlDialect::oldest).collect(Collectors.joining(", "))
                                + " and newer: use one of these"));
    }

    private boolean isIn(String version) {
        Matcher numbers = VERSION.matcher(version);
        if (!numbers.matches()) {
            return false;
        }
        int actualMajor = Integer.parseInt(numbers.group(1));
        int actualMinor = numbers.group(2) == null ? 0 : Integer.parseInt(numbers.group(2));
        return actualMajor > major || (actualMajor == major && actualMinor >= minor);
    }

    private String oldest() {
        return product + " " + major + "." + minor;
    }

    /** Whether the tables are made by whoever opens it first, and not by an administrator with a script. */
    boolean embedded() {
        return switch (this) {
            case H2, SQLITE -> true;
            case POSTGRESQL, MARIADB, MYSQL -> false;
        };
    }

    /** The statement with this product's words in it. */
    String sql(String statement) {
        return statement
                .replace("{now}", now())
                .replace("{skip locked}", skipLocked())
                .replace("{or nothing}", orNothing())
                .replace("{as it is now}", asItIsNow())
                .replace("{bytes}", bytes())
                .replace("{unless there}", embedded() ? " IF NOT EXISTS" : "")
                .replace("{table options}", tableOptions());
    }

    /** What its clock shows in milliseconds since 1970, the same throughout a statement. */
    private String now() {
        return switch (this) {
            case H2 -> "DATEDIFF(MILLISECOND, TIMESTAMP WITH TIME ZONE '1970-01-01 00:00:00+00', CURRENT_TIMESTAMP(3))";
            case SQLITE -> "CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER)";
            case POSTGRESQL -> "CAST(extract(epoch FROM statement_timestamp()) * 1000 AS BIGINT)";
            // Independent of the session's time zone.
            case MARIADB, MYSQL -> "TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6)) DIV 1000";
        };
    }

    /** What makes a query lock its rows, and leave those that another node has locked. */
    private String skipLocked() {
        return switch (this) {
            case H2, POSTGRESQL, MARIADB, MYSQL -> " FOR UPDATE SKIP LOCKED";
            // One writer at a time, so there is nothing to skip.
            case SQLITE -> "";
        };
    }

    /** What makes an insertion do nothing if the key is taken, where an error would end the transaction. */
    private String orNothing() {
        return switch (this) {
            case POSTGRESQL, SQLITE -> " ON CONFLICT (operation_key) DO NOTHING";
            case H2, MARIADB, MYSQL -> "";
        };
    }

    /** What makes a query see a row that the insertion has met, and the transaction began too early to see. */
    private String asItIsNow() {
        return switch (this) {
            case MARIADB, MYSQL -> " LOCK IN SHARE MODE";
            case H2, SQLITE, POSTGRESQL -> "";
        };
    }

    /** What a transaction that locks rows begins with; empty for nothing. */
    String beginning() {
        return switch (this) {
            case H2 -> "";
            // Becomes the one that writes: who has only read before may find that somebody else wrote meanwhile.
            case SQLITE -> "UPDATE reprise_outbox_schema SET version = version WHERE version = 0";
            // Stricter levels lock gaps, or fail where this one looks again.
            case POSTGRESQL, MARIADB, MYSQL -> "SET TRANSACTION ISOLATION LEVEL READ COMMITTED";
        };
    }

    private String bytes() {
        return switch (this) {
            case H2, SQLITE -> "BLOB";
            case POSTGRESQL -> "BYTEA";
            case MARIADB, MYSQL -> "LONGBLOB";
        };
    }

    private String tableOptions() {
        return switch (this) {
            case H2, SQLITE, POSTGRESQL -> "";
            // By default keys that differ in case would be the same.
            case MARIADB, MYSQL -> " ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";
        };
    }
}
