package dev.reprise.gateway.config;

import dev.reprise.webhook.UnknownWebhook;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What somebody said about whom to tell; null is what was not said.
 *
 * @param unknown who is told by POST of operations whose outcome is unknown
 * @param authorizationFile the file with the value of the field Authorization
 * @param after for how long an outcome has to be unknown. Default: 0
 * @param outbox the SQLite file in which messages wait. Default: in the store folder, or in the database if that is one of JDBC
 */
public record WebhookSection(
        URI unknown,
        @Nullable Path authorizationFile,
        @Nullable Duration after,
        @Nullable Path outbox) {
    private static final Duration LONGEST = Duration.ofDays(30);

    /** @throws IllegalArgumentException if something cannot be right, whatever the rest says */
    public WebhookSection {
        if (unknown == null) {
            throw new IllegalArgumentException(
                    "unknown is missing; write who is told, as in https://ops.example/unknown");
        }
        UnknownWebhook.requireReceiver(unknown);
        if (after != null && after.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("after is at most 30d");
        }
    }

    /** What is behind the host may be a secret. */
    @Override
    public String toString() {
        return "webhook at " + unknown.getHost();
    }
}
