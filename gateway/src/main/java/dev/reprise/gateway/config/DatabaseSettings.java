package dev.reprise.gateway.config;

import dev.reprise.store.jdbc.TableName;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What somebody said about a database that keeps the records; null is what was not said.
 *
 * @param url its JDBC URL, or the address of Redis or Cassandra
 * @param user the database user. Default: the URL's, or the driver's choice
 * @param passwordFile the file with the user's password. Default: the environment variable {@value #PASSWORD_VARIABLE}, and
 *     no password without it
 * @param table the table, with its schema in front if it is not in the user's own; with JDBC
 * @param connections how many connections the gateway keeps; with JDBC
 * @param cache how much memory a cache of finished records may take; with JDBC. Default: no cache
 */
public record DatabaseSettings(
        String url,
        @Nullable String user,
        @Nullable Path passwordFile,
        @Nullable TableName table,
        @Nullable Integer connections,
        @Nullable Size cache) {
    /** The environment variable with the password. */
    public static final String PASSWORD_VARIABLE = "REPRISE_DATABASE_PASSWORD";

    private static final int FEWEST = 3;
    private static final Map<Kind, Set<String>> PARAMETERS = Map.of(
            Kind.REDIS,
            Set.of(
                    "prefix",
                    "replicas",
                    "timeout",
                    "database",
                    "clientName",
                    "libraryName",
                    "libraryVersion",
                    "verifyPeer"),
            Kind.CASSANDRA,
            Set.of("prefix", "datacenter", "serial"));

    /** What kind of database it is. */
    public enum Kind {
        /** PostgreSQL, MariaDB or MySQL. */
        JDBC,
        /** Redis or Valkey. */
        REDIS,
        /** Apache Cassandra. */
        CASSANDRA;

        private static Kind of(String url) {
            if (url.matches("jdbc:(postgresql|mariadb|mysql):.+")) {
                return JDBC;
            }
            if (url.matches("rediss?(-sentinel|-cluster)?://.+")) {
                return REDIS;
            }
            if (url.matches("cassandra://.+")) {
                return CASSANDRA;
            }
            throw new IllegalArgumentException('"' + url.split("[?;]", 2)[0].replaceFirst("//.*@", "//")
                    + "\" is not the URL of a database; write "
                    + "jdbc:postgresql://127.0.0.1:5432/records, redis://127.0.0.1:6379 or "
                    + "cassandra://127.0.0.1:9042/records, or use store for a folder of this machine");
        }
    }

    /** @throws IllegalArgumentException if something cannot be right, whatever the rest says */
    public DatabaseSettings {
        if (url == null) {
            throw new IllegalArgumentException("the url of the database is missing");
        }
        Kind kind = Kind.of(url);
        if (kind != Kind.JDBC) {
            requireAddress(url, kind);
            if (table != null || connections != null || cache != null) {
                throw new IllegalArgumentException("table, connections and cache belong to a JDBC URL");
            }
        }
        // The driver for MariaDB serves MySQL as well, and says so only if it is asked under its own name.
        url = url.replaceFirst("^jdbc:mysql:", "jdbc:mariadb:");
        if (connections != null && connections < FEWEST) {
            throw new IllegalArgumentException(
                    "connections is at least " + FEWEST + ": one to read, one to write, and one to be notified");
        }
    }

    private static void requireAddress(String url, Kind kind) {
        DatabaseUrl address = DatabaseUrl.of(url);
        Set<String> known = Objects.requireNonNull(PARAMETERS.get(kind));
        for (String name : address.parameters().keySet()) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException("the url of the database has no parameter " + name + "; there are "
                        + String.join(", ", new TreeSet<>(known)));
            }
        }
        address.parameter("replicas").ifPresent(number -> {
            if (!number.matches("[0-9]{1,3}")) {
                throw new IllegalArgumentException(
                        "replicas in the url of the database is a number, and not " + number);
            }
        });
        address.parameter("serial").ifPresent(level -> {
            if (!level.matches("everywhere|local")) {
                throw new IllegalArgumentException(
                        "serial in the url of the database is everywhere or local, and not " + level);
            }
        });
        if (kind == Kind.CASSANDRA && !address.path().matches("[a-z0-9_]+")) {
            throw new IllegalArgumentException(
                    "the url of the database names no keyspace; write it as in cassandra://127.0.0.1:9042/records");
        }
    }

    /** What kind of database it is. */
    public Kind kind() {
        return Kind.of(url);
    }

    /** A database with everything else as usual. */
    public static DatabaseSettings of(String url) {
        return new DatabaseSettings(url, null, null, null, null, null);
    }

    /**
     * The password, if there is one.
     *
     * @throws ConfigException if its file cannot be read, or others may read or write it
     */
    public @Nullable String password() {
        return passwordFile == null
                ? System.getenv(PASSWORD_VARIABLE)
                : SecretFiles.text("database.password-file", passwordFile);
    }

    /** The user stays out of logs, and the rest of the URL with it. */
    @Override
    public String toString() {
        return new StoreLocation.Database(this).toString();
    }
}
