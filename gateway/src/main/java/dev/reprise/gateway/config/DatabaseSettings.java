package dev.reprise.gateway.config;

import dev.reprise.store.jdbc.TableName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What somebody said about a database that keeps the records; null is what was not said.
 *
 * @param url its JDBC URL
 * @param user the database user. Default: the URL's, or the driver's choice
 * @param passwordFile the file with the user's password. Default: the environment variable {@value #PASSWORD_VARIABLE}, and
 *     no password without it
 * @param table the table, with its schema in front if it is not in the user's own
 * @param connections how many connections the gateway keeps
 * @param cache how much memory a cache of finished records may take. Default: no cache
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

    /** @throws IllegalArgumentException if something cannot be right, whatever the rest says */
    public DatabaseSettings {
        if (url == null) {
            throw new IllegalArgumentException("the url of the database is missing");
        }
        if (!url.matches("jdbc:(postgresql|mariadb|mysql):.+")) {
            throw new IllegalArgumentException(
                    '"' + url.split("[?;]", 2)[0] + "\" is not the JDBC URL of a server; write it as in "
                            + "jdbc:postgresql://127.0.0.1:5432/records, or use store for a folder of this machine");
        }
        // The driver for MariaDB serves MySQL as well, and says so only if it is asked under its own name.
        url = url.replaceFirst("^jdbc:mysql:", "jdbc:mariadb:");
        if (connections != null && connections < FEWEST) {
            throw new IllegalArgumentException(
                    "connections is at least " + FEWEST + ": one to read, one to write, and one to be notified");
        }
    }

    /** A database with everything else as usual. */
    public static DatabaseSettings of(String url) {
        return new DatabaseSettings(url, null, null, null, null, null);
    }

    /**
     * The password, if there is one.
     *
     * @throws ConfigException if its file cannot be read
     */
    public @Nullable String password() {
        if (passwordFile == null) {
            return System.getenv(PASSWORD_VARIABLE);
        }
        if (!Files.isReadable(passwordFile)) {
            throw passwordFile("is not there or cannot be read");
        }
        try {
            return Files.readString(passwordFile).strip();
        } catch (IOException e) {
            throw passwordFile("cannot be read: " + Reason.of(e));
        }
    }

    private ConfigException passwordFile(String why) {
        return new ConfigException("database.password-file: the file " + passwordFile + " " + why)
                .at("/database/password-file");
    }

    /** The user stays out of logs, and the rest of the URL with it. */
    @Override
    public String toString() {
        return new StoreLocation.Database(this).toString();
    }
}
