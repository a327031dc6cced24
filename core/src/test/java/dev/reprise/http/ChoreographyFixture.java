package dev.reprise.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.IdempotencyEngine;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState;
import dev.reprise.Response;
import dev.reprise.memory.MemoryStore;
import dev.reprise.spi.OperationQuery;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
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

    /** The route without the patience of its profile, by which a duplicate waits (S8). */
    static Route atOnce(Route route) {
        assertThat(route.policy().maxWait()).isEqualTo(Duration.ofSeconds(20));
        return route.withPolicy(route.policy().withMaxWait(Duration.ZERO));
    }

    /** What the store has, at most ten. */
    List<OperationRecord> records() {
        return store.list(OperationQuery.of(EnumSet.allOf(OperationState.Kind.class), 10)).items().stream()
                .map(listed -> store.find(listed.id()).orElseThrow())
                .toList();
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
