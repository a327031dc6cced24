package dev.reprise.gateway.config;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Who is told of operations whose outcome is unknown, complete and checked.
 *
 * @param receiver who is told by POST
 * @param authorizationFile the file with the value of the field Authorization; null for none
 * @param after for how long an outcome has to be unknown
 * @param outbox the SQLite file in which messages wait; null if that is the database of the records
 */
public record WebhookConfig(
        URI receiver,
        @Nullable Path authorizationFile,
        Duration after,
        @Nullable Path outbox) {
    /** The table in a database of the records. */
    public static final String TABLE = "reprise_webhook";

    /** The name of the outbox in a store folder. */
    public static final String FILE = "webhook.db";

    private static final String AUTHORIZATION = "webhook.authorization-file";

    /**
     * What was said, with everything filled in that was not; null if nothing was.
     *
     * @throws ConfigException if somebody could not be told
     */
    static @Nullable WebhookConfig complete(Layers<WebhookSection> said, StoreLocation store) {
        URI receiver = said.first(WebhookSection::unknown);
        if (receiver == null) {
            return null;
        }
        WebhookConfig config = new WebhookConfig(
                receiver,
                said.first(WebhookSection::authorizationFile),
                said.first(WebhookSection::after, Duration.ZERO),
                outbox(said.first(WebhookSection::outbox), store));
        if (config.authorizationFile != null
                && authorization(config.authorizationFile).isEmpty()) {
            throw new ConfigException(AUTHORIZATION + ": the file " + config.authorizationFile + " is empty")
                    .at("/webhook/authorization-file");
        }
        return config;
    }

    private static @Nullable Path outbox(@Nullable Path file, StoreLocation store) {
        if (file != null) {
            if (!Files.isWritable(file.toAbsolutePath().getParent())) {
                throw new ConfigException("webhook.outbox: there is no folder "
                                + file.toAbsolutePath().getParent() + " that this user may write to")
                        .at("/webhook/outbox");
            }
            return file;
        }
        return switch (store) {
            case StoreLocation.Folder(Path folder) -> folder.resolve(FILE);
            case StoreLocation.Database(DatabaseSettings database) -> {
                if (database.kind() != DatabaseSettings.Kind.JDBC) {
                    throw new ConfigException("webhook.outbox is missing: messages cannot wait in " + store
                                    + "; name a file for them")
                            .at("/webhook");
                }
                yield null;
            }
        };
    }

    /**
     * The value of the field Authorization, read anew each time; whether a field can hold it is for who sends it to see.
     *
     * @throws ConfigException if the file cannot be read, or others may read or write it
     */
    public static String authorization(Path file) {
        return SecretFiles.text(AUTHORIZATION, file);
    }

    /** What is behind the host may be a secret. */
    @Override
    public String toString() {
        return "webhook at " + receiver.getHost();
    }
}
