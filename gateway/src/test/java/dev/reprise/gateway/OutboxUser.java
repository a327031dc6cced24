package dev.reprise.gateway;

import dev.reprise.client.Backoff;
import dev.reprise.client.IdempotencyKey;
import dev.reprise.client.RetryPolicy;
import dev.reprise.outbox.Deliverer;
import dev.reprise.outbox.Outbox;
import dev.reprise.outbox.OutboxRequest;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A process that charges customers through an outbox until it is killed. Arguments: file, URI, name of its customers. */
final class OutboxUser {
    private OutboxUser() {}

    public static void main(String[] arguments) {
        Outbox outbox = Outbox.inFile(Path.of(arguments[0]));
        try (HttpClient client = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build();
                Deliverer deliverer = deliverer(outbox, client)) {
            deliverer.start();
            for (int i = 0; true; i++) {
                IdempotencyKey key = new IdempotencyKey(arguments[2] + "-" + i);
                outbox.add(new OutboxRequest(
                        key,
                        "POST",
                        URI.create(arguments[1]),
                        Map.of("Content-Type", "application/x-www-form-urlencoded"),
                        ("amount=1000&customer=" + key.value()).getBytes(StandardCharsets.UTF_8),
                        Instant.now().plus(Duration.ofHours(1))));
                System.out.println("written " + key.value());
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            }
        }
    }

    static Deliverer deliverer(Outbox outbox, HttpClient client) {
        return Deliverer.of(outbox, client)
                .policy(RetryPolicy.considerate()
                        .withTimeLimits(Duration.ofSeconds(2), Duration.ofSeconds(1))
                        .withBackoff(Backoff.full(Duration.ofMillis(20), Duration.ofMillis(200))))
                .lease(Duration.ofSeconds(3))
                .betweenRounds(Backoff.full(Duration.ofMillis(200), Duration.ofSeconds(1)))
                .interval(Duration.ofMillis(20))
                .build();
    }
}
