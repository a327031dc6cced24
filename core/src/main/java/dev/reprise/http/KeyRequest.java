package dev.reprise.http;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.Response;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A request for an issued key (S6). */
final class KeyRequest extends ProtectedRequest {
    KeyRequest(HttpIdempotency idempotency, RequestView request, Protection protection) {
        super(idempotency, request, protection);
    }

    @Override
    public Next begin(byte[] body) {
        return new Next.Respond(issued());
    }

    @Override
    public CompletionStage<Next> beginAsync(byte[] body) {
        return CompletableFuture.completedFuture(begin(body));
    }

    private Response issued() {
        IssuedKeys issued = Objects.requireNonNull(route().issuedKeys());
        Instant now = idempotency().clock().instant();
        String key = issued.issuer().issue(route().name(), request().principal(), now);
        String json = "{\"idempotency_key\":" + Json.quote(key) + ",\"expires_at\":\""
                + issued.issuer().expiry(now).truncatedTo(ChronoUnit.SECONDS) + "\"}\n";
        Headers headers = Headers.of("Content-Type", "application/json", "Cache-Control", "no-store");
        for (KeyLocation source : protection().keys().sources()) {
            // In the field in which it comes back, for clients that read no JSON.
            headers = source.place() == KeyLocation.Place.HEADER ? headers.with(source.name(), key) : headers;
        }
        return own(new Response(201, headers, Body.of(json.getBytes(StandardCharsets.UTF_8))));
    }
}
