package dev.reprise.examples.rides;

import dev.reprise.client.IdempotencyKey;
import dev.reprise.outbox.Outbox;
import dev.reprise.outbox.OutboxRequest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** Receipts, which are sent after the transaction that they are written down in has committed, and only then. Thread-safe. */
final class Receipts {
    private static final Duration DEADLINE = Duration.ofDays(2);

    private final Outbox outbox;
    private final URI service;
    private final JsonMapper json;

    private record Receipt(String to, long amount) {}

    Receipts(Outbox outbox, URI service, JsonMapper json) {
        this.outbox = outbox;
        this.service = service;
        this.json = json;
    }

    void stage(Connection transaction, long ride, String customer, long cents) throws SQLException {
        boolean added = outbox.add(
                transaction,
                new OutboxRequest(
                        new IdempotencyKey("receipt-of-ride-" + ride),
                        "POST",
                        service,
                        Map.of("Content-Type", "application/json"),
                        json.writeValueAsString(new Receipt(customer, cents)).getBytes(StandardCharsets.UTF_8),
                        Instant.now().plus(DEADLINE)));
        if (!added) {
            throw new IllegalStateException("Ride " + ride + " has a receipt already");
        }
    }
}
