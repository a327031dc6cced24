package dev.reprise.http;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.IdempotencyKey;
import dev.reprise.Response;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Where callers of a route ask for the answers that they have not waited for (P11).
 *
 * @param path the path of the route for it; the key is in the query, as it may have characters that no path keeps
 */
record LaterAnswers(String path) {
    /** The field by which callers say that they do not wait. */
    static final String REQUEST_FIELD = "Prefer";

    /** The fields that say where to ask, and when. */
    static final List<String> RESPONSE_FIELDS = List.of("Location", "Retry-After");

    private static final String KEY = "key";

    boolean isAt(RequestPath asked) {
        return RequestPath.sent(path).equals(asked);
    }

    /** The key that is asked for; empty if there is none, or more than one, or no valid one. */
    static Optional<IdempotencyKey> key(RequestView request) {
        List<String> keys = FormFields.all(request.query(), KEY);
        try {
            return keys.size() == 1 ? Optional.of(new IdempotencyKey(keys.get(0))) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** It is under way, and the answer will be at a place that only its caller can read. */
    Response accepted(RequestView request, IdempotencyKey key, Duration retryAfter) {
        String location =
                request.contextPath() + path + "?" + KEY + "=" + URLEncoder.encode(key.value(), StandardCharsets.UTF_8);
        Headers headers = Headers.of("Content-Type", "application/json", "Cache-Control", "no-store")
                .with("Location", location)
                .with("Retry-After", Long.toString(Math.max(1, retryAfter.toSeconds())));
        return new Response(202, headers, Body.of("{\"status\":\"in-progress\"}\n".getBytes(StandardCharsets.UTF_8)));
    }
}
