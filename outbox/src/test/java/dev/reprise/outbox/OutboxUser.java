package dev.reprise.outbox;

import dev.reprise.client.Backoff;
import dev.reprise.client.IdempotencyKey;
import dev.reprise.client.RetryPolicy;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** A process that writes operations down, says so, and delivers them, until it is killed. Arguments: file, URI, name. */
final class OutboxUser {
    private OutboxUser() {}

    public static void main(String[] arguments) throws Exception {
        Outbox outbox = Outbox.inFile(Path.of(arguments[0]));
        URI uri = URI.create(arguments[1]);
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        try (Deliverer deliverer = Deliverer.of(outbox, client)
                .policy(RetryPolicy.considerate()
                        .withTimeLimits(Duration.ofSeconds(1), Duration.ofMillis(500))
                        .withBackoff(Backoff.full(Duration.ofMillis(10), Duration.ofMillis(100))))
                .lease(Duration.ofSeconds(2))
                .betweenRounds(Backoff.full(Duration.ofMillis(100), Duration.ofMillis(500)))
                .interval(Duration.ofMillis(20))
                .build()) {
            deliverer.start();
            for (int i = 0; true; i++) {
                IdempotencyKey key = new IdempotencyKey(arguments[2] + "-" + i);
                outbox.add(new OutboxRequest(
                        key,
                        "POST",
                        uri,
                        Map.of(),
                        key.value().getBytes(StandardCharsets.UTF_8),
                        Instant.now().plus(Duration.ofHours(1))));
                System.out.println("written " + key.value());
                Thread.sleep(5);
            }
        }
    }
}
