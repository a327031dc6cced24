package dev.reprise.gateway.store;

import com.zaxxer.hikari.HikariDataSource;
import dev.reprise.gateway.config.ConfigException;
import dev.reprise.gateway.config.Reason;
import dev.reprise.gateway.config.StoreLocation;
import dev.reprise.gateway.config.WebhookConfig;
import dev.reprise.outbox.Outbox;
import dev.reprise.outbox.OutboxException;
import dev.reprise.spi.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/** Where messages of the webhook wait, while it is open: a file, or a table beside the records. Thread-safe. */
public final class WebhookOutbox implements AutoCloseable {
    /** One for whoever looks for unknown outcomes, one for who takes messages, and one for those that were sent. */
    private static final int CONNECTIONS = 3;

    private final Outbox outbox;
    private final @Nullable HikariDataSource pool;

    private WebhookOutbox(Outbox outbox, @Nullable HikariDataSource pool) {
        this.outbox = outbox;
        this.pool = pool;
    }

    /**
     * Opens it.
     *
     * @param records where the records are
     * @throws ConfigException if it cannot be opened; the message says what to do
     */
    public static WebhookOutbox open(WebhookConfig config, StoreLocation records) {
        Path file = config.outbox();
        try {
            if (file != null) {
                return new WebhookOutbox(inFile(file), null);
            }
            if (records instanceof StoreLocation.Database database) {
                return in(database);
            }
        } catch (OutboxException | StoreException e) {
            throw new ConfigException("webhook: " + inOneLine(String.valueOf(e.getMessage()), records), e)
                    .at("/webhook");
        }
        throw new AssertionError("Messages beside records in " + records + " have a file");
    }

    /** Behind an empty line there are the statements to run, which a command prints as well. */
    private static String inOneLine(String message, StoreLocation records) {
        int script = message.indexOf("\n\n");
        return script < 0
                ? message
                : message.substring(0, script) + " what \"reprise outbox list --database " + records + " --table "
                        + WebhookConfig.TABLE + "\" prints";
    }

    private static WebhookOutbox in(StoreLocation.Database database) {
        HikariDataSource pool = JdbcOpener.pool(database, "reprise-webhook", CONNECTIONS);
        try {
            return new WebhookOutbox(Outbox.in(pool::getConnection, WebhookConfig.TABLE), pool);
        } catch (RuntimeException | Error e) {
            pool.close();
            throw e;
        }
    }

    /** Messages name callers and keys, so nobody else may read the file. What SQLite puts beside it has the same permissions. */
    private static Outbox inFile(Path file) {
        try {
            if (Files.notExists(file)
                    && file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
        } catch (IOException e) {
            throw new ConfigException("The outbox of the webhook cannot be made: " + file + ": " + Reason.of(e), e)
                    .at("/webhook");
        }
        return Outbox.inFile(file);
    }

    /** What is in it. */
    public Outbox outbox() {
        return outbox;
    }

    @Override
    public void close() {
        if (pool != null) {
            pool.close();
        }
    }
}
