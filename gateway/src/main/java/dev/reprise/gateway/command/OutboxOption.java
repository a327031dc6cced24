package dev.reprise.gateway.command;

import dev.reprise.IdempotencyException;
import dev.reprise.gateway.config.DatabaseSettings;
import dev.reprise.gateway.config.WebhookConfig;
import dev.reprise.outbox.ConnectionSource;
import dev.reprise.outbox.Outbox;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which outbox a command works on. */
final class OutboxOption {
    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init")
    private Location location;

    @Option(
            names = "--user",
            paramLabel = "NAME",
            description = "The user of the database, whose password is in the environment variable "
                    + DatabaseSettings.PASSWORD_VARIABLE + " or in --password-file.")
    private @Nullable String user;

    @Option(names = "--password-file", paramLabel = "FILE", description = "The file that holds the password.")
    private @Nullable Path passwordFile;

    @Option(
            names = "--table",
            paramLabel = "NAME",
            description =
                    "The table in the database, if it has another name than the usual one; that of a gateway's webhook is "
                            + WebhookConfig.TABLE + ".")
    private @Nullable String table;

    /** One of the two. */
    private static final class Location {
        @Option(names = "--file", paramLabel = "FILE", description = "The SQLite file of the outbox,")
        private @Nullable Path file;

        @Option(
                names = "--database",
                paramLabel = "URL",
                description = "or the database that it is in, as in jdbc:postgresql://127.0.0.1:5432/shop.")
        private @Nullable String url;
    }

    /** Opens it; there has to be one. */
    Outbox open() {
        if (location.file != null) {
            // SQLite would make an empty one.
            if (!Files.isRegularFile(location.file)) {
                throw new IdempotencyException(
                        "There is no file " + location.file + "; name that of the outbox with --file", null);
            }
            return Outbox.inFile(location.file);
        }
        DatabaseSettings settings = settings(String.valueOf(location.url));
        Properties credentials = new Properties();
        if (settings.user() != null) {
            credentials.setProperty("user", settings.user());
        }
        String password = settings.password();
        if (password != null) {
            credentials.setProperty("password", password);
        }
        ConnectionSource connections = () -> DriverManager.getConnection(settings.url(), credentials);
        return table == null ? Outbox.in(connections) : in(connections, table);
    }

    private Outbox in(ConnectionSource connections, String name) {
        try {
            return Outbox.in(connections, name);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private DatabaseSettings settings(String url) {
        try {
            DatabaseSettings settings = new DatabaseSettings(url, user, passwordFile, null, null, null);
            if (settings.kind() != DatabaseSettings.Kind.JDBC) {
                throw new IllegalArgumentException("An outbox is in a file or in a database that JDBC reaches");
            }
            return settings;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
