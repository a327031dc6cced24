package dev.reprise.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.IdempotencyEngine;
import dev.reprise.Response;
import dev.reprise.memory.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** The choreography over a store in memory, seen from an adapter. */
abstract class ChoreographyFixture {
    final MemoryStore store = new MemoryStore();
    final IdempotencyEngine engine = IdempotencyEngine.over(store).build();
    Instant now = Instant.parse("2026-12-01T08:49:37Z");

    @AfterEach
    void close() {
        engine.close();
    }

    HttpIdempotency over(Route... routes) {
        InstantSource clock = () -> now;
        return new HttpIdempotency(engine, List.of(routes), HttpNames.DEFAULT, Cors.NONE, clock);
    }

    static Next begin(HttpIdempotency idempotency, RequestView request, String body) {
        Next next = idempotency.admit(request);
        assertThat(next).isInstanceOf(Next.ReadBody.class);
        return ((Next.ReadBody) next).request().begin(body.getBytes(StandardCharsets.UTF_8));
    }

    static HttpExecution run(HttpIdempotency idempotency, RequestView request, String body) {
        Next next = begin(idempotency, request, body);
        assertThat(next).isInstanceOf(Next.Run.class);
        return ((Next.Run) next).execution();
    }

    static Response respond(Next next) {
        assertThat(next).isInstanceOf(Next.Respond.class);
        return ((Next.Respond) next).response();
    }

    static String text(Response response) {
        return new String(response.body().bytes(), StandardCharsets.UTF_8);
    }

    static void assertProblem(Response response, ProblemType problem) {
        assertThat(response.status()).isEqualTo(problem.status());
        assertThat(text(response)).contains("\"type\":\"" + problem.type() + "\"");
    }
}
