package dev.reprise.spring.webflux;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.Response;
import dev.reprise.http.HttpIdempotency;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpResponse;

/** The application's answer to a preflight request, whose fields are completed before anything goes out (S26). */
final class Preflight {
    private Preflight() {}

    static void allowKey(ServerHttpResponse response, HttpIdempotency idempotency) {
        HttpHeaders fields = response.getHeaders();
        Headers.Builder present = Headers.builder();
        fields.forEach((name, values) -> values.forEach(value -> present.add(name, value)));
        Headers completed = idempotency
                .preflight(new Response(200, present.build(), Body.EMPTY))
                .headers();
        completed
                .first(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS)
                .ifPresent(allowed -> fields.set(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, allowed));
    }
}
