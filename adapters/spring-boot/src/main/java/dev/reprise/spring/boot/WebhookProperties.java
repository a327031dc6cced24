package dev.reprise.spring.boot;

import dev.reprise.encryption.SecretFile;
import dev.reprise.webhook.UnknownWebhook;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who is told of operations whose outcome is unknown.
 *
 * @param unknown The URL of whoever is told by POST of operations whose outcome is unknown: https, except on this machine.
 * @param authorizationFile The file with the whole value of the field Authorization, read for each message.
 * @param after For how long an outcome has to be unknown before somebody is told, so that a reconciler can find out first.
 * @param outbox The SQLite file in which messages wait. Default: the table reprise_webhook, where the records are in a database.
 */
@ConfigurationProperties("reprise.webhook")
record WebhookProperties(
        @Nullable String unknown,
        @Nullable Path authorizationFile,
        @DefaultValue("0s") Duration after,
        @Nullable Path outbox) {
    /**
     * Who is told.
     *
     * @throws IllegalArgumentException if it cannot be that; the message does not have the path and the query, which may be a secret
     */
    URI receiver() {
        try {
            URI receiver = new URI(unknown == null ? "" : unknown);
            UnknownWebhook.requireReceiver(receiver);
            return receiver;
        } catch (URISyntaxException e) {
            // It knows the whole text.
            throw new IllegalArgumentException("It is no URL: " + e.getReason());
        }
    }

    /**
     * What a file has for the field Authorization.
     *
     * @throws IllegalArgumentException if there is nothing, or others may read or write the file
     */
    static String authorization(Path file) {
        String value;
        try {
            SecretFile.requirePrivate(file);
            value = Files.readString(file).strip();
        } catch (IOException e) {
            throw new IllegalArgumentException("The file " + file + " cannot be read: " + e, e);
        }
        if (value.isEmpty()) {
            throw new IllegalArgumentException("The file " + file + " is empty");
        }
        return value;
    }

    /** What is behind the host may be a secret. */
    @Override
    public String toString() {
        return "webhook";
    }
}
