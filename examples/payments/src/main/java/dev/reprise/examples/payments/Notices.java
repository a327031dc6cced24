package dev.reprise.examples.payments;

import dev.reprise.client.IdempotencyKey;
import dev.reprise.outbox.Outbox;
import dev.reprise.outbox.OutboxRequest;
import dev.reprise.spring.boot.Idempotent;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Tells another service about transfers: written down with the transfer, and delivered after it has committed. Thread-safe. */
@Component
class Notices {
    private static final Duration DEADLINE = Duration.ofDays(1);

    private final Outbox outbox;
    private final JdbcTemplate jdbc;
    private final Environment environment;

    Notices(Outbox outbox, JdbcTemplate jdbc, Environment environment) {
        this.outbox = outbox;
        this.jdbc = jdbc;
        this.environment = environment;
    }

    /** In the transaction that is open. */
    void send(String transfer, String text) {
        OutboxRequest request = new OutboxRequest(
                new IdempotencyKey("notice-" + transfer),
                "POST",
                Own.uri(environment, "/notices"),
                Map.of("Content-Type", "text/plain"),
                text.getBytes(StandardCharsets.UTF_8),
                Instant.now().plus(DEADLINE));
        jdbc.execute((ConnectionCallback<Boolean>) connection -> outbox.add(connection, request));
    }

    /** Where this application is, which plays the other services as well. */
    static final class Own {
        private Own() {}

        static URI uri(Environment environment, String path) {
            return URI.create("http://127.0.0.1:" + environment.getRequiredProperty("local.server.port") + path);
        }
    }

    /** The other service, which is told again when an answer is lost, and acts once. */
    @RestController
    static class Receiver {
        private final JdbcClient jdbc;

        Receiver(JdbcClient jdbc) {
            this.jdbc = jdbc;
        }

        @Idempotent
        @PostMapping("/notices")
        void receive(@RequestBody String text) {
            jdbc.sql("INSERT INTO notice VALUES (?, ?)")
                    .params(java.util.UUID.randomUUID().toString(), text)
                    .update();
        }
    }
}
