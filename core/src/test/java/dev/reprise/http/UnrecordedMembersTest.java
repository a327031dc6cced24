package dev.reprise.http;

import static dev.reprise.http.RequestExample.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.OperationState.Completed;
import dev.reprise.Response;
import dev.reprise.memory.MemoryDatabase;
import dev.reprise.memory.MemoryTransaction;
import dev.reprise.resumable.ResumableEngine;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets members that the route keeps from records (S18), seen from an adapter. */
class UnrecordedMembersTest extends ChoreographyFixture {
    private static final Route PAYMENTS = Route.of("/payments").withUnrecordedMembers(Set.of("/client_secret"));
    private static final RequestExample PAYMENT =
            post("/payments", "Idempotency-Key", "k", "Origin", "https://shop.example");
    private static final String SECRET = "planted-secret-4242";

    private static Response paid(String more) {
        return new Response(
                201,
                Headers.of("Content-Type", "application/json", "Location", "/payments/1", "ETag", "\"1\""),
                Body.of(("{\"id\": 1, \"client_secret\": \"" + SECRET + "\"" + more + "}")
                        .getBytes(StandardCharsets.UTF_8)));
    }

    private void requireMasked(HttpIdempotency idempotency, String more) {
        Response retry = respond(begin(idempotency, PAYMENT, ""));
        assertThat(retry.status()).isEqualTo(201);
        assertThat(text(retry)).isEqualTo("{\"id\": 1, \"client_secret\": \"\"" + more + "}");
        assertThat(retry.headers().first("Idempotent-Replayed")).contains("true");
        assertThat(retry.headers().first("Idempotent-Members-Omitted")).contains("true");
        assertThat(retry.headers().first("Location")).contains("/payments/1");
        assertThat(retry.headers().first("ETag")).isEmpty();
        assertThat(records())
                .singleElement()
                .satisfies(record -> assertThat(text(((Completed) record.state()).response()))
                        .doesNotContain(SECRET));
    }

    @Test
    void the_first_caller_does_and_no_record_and_no_retry() {
        HttpIdempotency idempotency = over(PAYMENTS);

        Response first = run(idempotency, PAYMENT, "").answered(paid(""));

        assertThat(first.body()).isEqualTo(paid("").body());
        assertThat(first.headers().first("ETag")).contains("\"1\"");
        assertThat(first.headers().first("Idempotent-Members-Omitted")).isEmpty();
        requireMasked(idempotency, "");
    }

    /** A longer one is looked through on another thread. */
    @ParameterizedTest
    @ValueSource(ints = {0, 100_000})
    void the_same_on_an_event_loop(int length) {
        HttpIdempotency idempotency = over(PAYMENTS);
        String more = length == 0 ? "" : ", \"text\": \"" + "x".repeat(length) + "\"";

        Response first = run(idempotency, PAYMENT, "")
                .answeredAsync(paid(more))
                .toCompletableFuture()
                .join();

        assertThat(first.body()).isEqualTo(paid(more).body());
        requireMasked(idempotency, more);
    }

    @Test
    void an_event_loop_that_gives_up_keeps_nothing_from_being_recorded_S19() {
        HttpIdempotency idempotency = over(PAYMENTS.withPolicy(PAYMENTS.policy().withMaxWait(Duration.ofMinutes(1))));
        String more = ", \"text\": \"" + "x".repeat(1_000_000) + "\"";

        CompletionStage<Response> given = run(idempotency, PAYMENT, "").answeredAsync(paid(more));
        given.toCompletableFuture().cancel(true);

        requireMasked(idempotency, more);
    }

    @Test
    void a_body_that_cannot_be_looked_into_reaches_the_first_caller_alone_S21() {
        HttpIdempotency idempotency = over(PAYMENTS);
        Response page = new Response(
                200, Headers.of("Content-Type", "text/html"), Body.of(SECRET.getBytes(StandardCharsets.UTF_8)));

        assertThat(run(idempotency, PAYMENT, "").answered(page).body()).isEqualTo(page.body());

        Response retry = respond(begin(idempotency, PAYMENT, ""));
        assertThat(retry.status()).isEqualTo(200);
        assertThat(retry.body()).isEqualTo(Body.EMPTY);
        assertThat(retry.headers().first("Idempotent-Body-Omitted")).contains("true");
    }

    @Test
    void what_a_profile_adds_to_a_replay_is_beside_them() {
        Route route = PAYMENTS.withProfile(Profile.ADCP);
        String request = "{\"idempotency_key\":\"0123456789abcdef\"}";
        RequestExample buy = post("/payments", "Content-Type", "application/json");
        HttpIdempotency idempotency = over(route);
        run(idempotency, buy, request).answered(paid(""));

        assertThat(text(respond(begin(idempotency, buy, request))))
                .isEqualTo("{\"replayed\":true,\"id\": 1, \"client_secret\": \"\"}");
    }

    @Test
    void pages_may_read_that_they_are_left_out_S26() {
        Cors cors = new Cors(Set.of("https://shop.example"), false);
        String exposed = "Access-Control-Expose-Headers";

        for (Route route : List.of(PAYMENTS, Route.of("/payments"))) {
            HttpIdempotency idempotency = new HttpIdempotency(engine, List.of(route), HttpNames.DEFAULT, cors);
            RequestExample keyless = post("/payments", "Idempotency-Key", "\"open", "Origin", "https://shop.example");
            Response refused = respond(idempotency.admit(keyless));
            assertThat(refused.headers().first(exposed).orElseThrow().contains("Idempotent-Members-Omitted"))
                    .isEqualTo(route.equals(PAYMENTS));
        }
    }

    @Test
    void operations_of_several_steps_record_themselves_so_such_a_route_is_refused_P11() {
        MemoryDatabase database = new MemoryDatabase(InstantSource.system());
        try (ResumableEngine<MemoryTransaction> inSteps =
                ResumableEngine.over(database, database).build()) {
            assertThatThrownBy(() -> new HttpIdempotency(inSteps, List.of(PAYMENTS), HttpNames.DEFAULT, Cors.NONE))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("Route /payments has unrecordedMembers");
        }
    }
}
