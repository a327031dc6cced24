package dev.reprise.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.IdempotencyEngine;
import dev.reprise.Operation;
import dev.reprise.OperationPolicy;
import dev.reprise.Outcome;
import dev.reprise.RequestFingerprint;
import dev.reprise.Response;
import dev.reprise.outbox.Outbox;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What {@code docs/monitoring} shows of the webhook, line by line, works; house rules compare the two. */
class DocumentationTest extends WebhookFixture {
    @Test
    void an_application_has_somebody_told() {
        URI receiver = this.receiver.uri("/unknown");
        Path path = folder.resolve("own.db");

        Outbox outbox = Outbox.inFile(path); // or Outbox.in(dataSource::getConnection, "unknown_outcomes")
        UnknownWebhook webhook = UnknownWebhook.of(store, outbox, HttpClient.newHttpClient(), receiver)
                .authorization(() -> secret()) // asked for with each message, and written down nowhere
                .build();
        IdempotencyEngine engine =
                IdempotencyEngine.over(store).listener(webhook).build();
        webhook.start();

        Operation operation = new Operation(
                id("k-1"),
                RequestFingerprint.Source.of(new RequestFingerprint(1, new byte[] {1})),
                OperationPolicy.DEFAULT);
        Response lost = new Response(502, Headers.EMPTY, Body.EMPTY);
        engine.execute(operation, execution -> new Outcome.Uncertain(lost, "the service is gone"));
        await().until(() -> told("k-1").size() == 1);
        assertThat(told("k-1").getFirst().field("authorization")).hasValue("Bearer of a test");
        webhook.close();
        engine.close();
    }

    private static String secret() {
        return "Bearer of a test";
    }
}
