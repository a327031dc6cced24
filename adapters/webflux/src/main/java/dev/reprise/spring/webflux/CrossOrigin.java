package dev.reprise.spring.webflux;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.Response;
import dev.reprise.http.HttpIdempotency;
import java.util.function.UnaryOperator;
import org.springframework.http.HttpHeaders;

/** Completes what others say to browsers, before anything goes out (S26). */
final class CrossOrigin {
    private CrossOrigin() {}

    /** The application's answer to a preflight request. */
    static void allowKey(HttpHeaders fields, HttpIdempotency idempotency) {
        complete(fields, HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, idempotency::preflight);
    }

    /** What filters further out, or mappings, let other origins read of a protected request's answer. */
    static void exposeAdded(HttpHeaders fields, HttpIdempotency idempotency) {
        complete(fields, HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, idempotency::exposing);
    }

    private static void complete(HttpHeaders fields, String name, UnaryOperator<Response> completion) {
        Headers.Builder present = Headers.builder();
        fields.forEach((field, values) -> values.forEach(value -> present.add(field, value)));
        completion
                .apply(new Response(200, present.build(), Body.EMPTY))
                .headers()
                .first(name)
                .ifPresent(completed -> fields.set(name, completed));
    }
}
