package dev.reprise.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.OperationPolicy;
import dev.reprise.Response;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The profile of OASIS Repeatable Requests 1.0. The clock stands at Tue, 01 Dec 2026 08:49:37 GMT. */
class OasisProfileTest extends ChoreographyFixture {
    private static final Route ORDERS = atOnce(Route.of("/orders").withProfile(Profile.OASIS));
    private static final String SENT = "Tue, 01 Dec 2026 08:49:30 GMT";
    private static final Response CREATED = new Response(201, Headers.EMPTY, Body.EMPTY);
    private static final RequestExample ORDER =
            order("Repeatability-Request-ID", "k", "Repeatability-First-Sent", SENT);

    private static RequestExample order(String... headers) {
        return RequestExample.post("/orders", headers);
    }

    private static RequestExample sentAt(String date) {
        return order("Repeatability-Request-ID", "k", "Repeatability-First-Sent", date);
    }

    private static void assertResult(Response response, String expected) {
        assertThat(response.headers().all("Repeatability-Result")).containsExactly(expected);
    }

    @Test
    void what_is_executed_or_replayed_is_accepted() {
        HttpIdempotency idempotency = over(ORDERS);

        assertResult(run(idempotency, ORDER, "").answered(CREATED), "accepted");
        Response replay = respond(begin(idempotency, ORDER, ""));

        assertThat(replay.status()).isEqualTo(201);
        assertThat(replay.headers().first("Idempotent-Replayed")).contains("true");
        assertResult(replay, "accepted");
    }

    @Test
    void what_is_refused_is_rejected() {
        HttpIdempotency idempotency = over(ORDERS);
        HttpExecution running = run(idempotency, ORDER, "");

        assertResult(respond(begin(idempotency, ORDER, "")), "rejected");
        running.answered(CREATED);
        Response mismatch = respond(begin(idempotency, ORDER, "other"));

        assertProblem(mismatch, ProblemType.PAYLOAD_MISMATCH);
        assertResult(mismatch, "rejected");
    }

    @Test
    void a_refusal_of_the_handler_is_rejected_and_an_unknown_outcome_is_neither() {
        HttpIdempotency idempotency = over(ORDERS);

        assertResult(run(idempotency, ORDER, "").answered(new Response(403, Headers.EMPTY, Body.EMPTY)), "rejected");
        Response lost = run(idempotency, ORDER, "").lost(504, "no answer");

        assertThat(lost.headers().all("Repeatability-Result")).isEmpty();
        assertThat(respond(begin(idempotency, ORDER, "")).headers().all("Repeatability-Result"))
                .isEmpty();
    }

    @Test
    void what_was_lost_and_may_run_again_is_neither_accepted_nor_rejected() {
        HttpIdempotency idempotency =
                over(ORDERS.withPolicy(OperationPolicy.DEFAULT.withUncertain(OperationPolicy.Uncertain.RERUN)));

        assertThat(run(idempotency, ORDER, "").lost(504, "no answer").headers().all("Repeatability-Result"))
                .isEmpty();
    }

    @Test
    void browsers_may_read_the_result_S26() {
        Response allowed = new Response(201, Headers.of("Access-Control-Allow-Origin", "*"), Body.EMPTY);

        assertThat(run(over(ORDERS), ORDER, "").answered(allowed).headers().first("Access-Control-Expose-Headers"))
                .hasValueSatisfying(exposed -> assertThat(exposed).contains("Repeatability-Result"));
    }

    @Test
    void one_field_without_the_other_is_refused() {
        Response noDate = respond(over(ORDERS).admit(order("Repeatability-Request-ID", "k")));
        Response noKey = respond(over(ORDERS).admit(order("Repeatability-First-Sent", SENT)));

        assertProblem(noDate, ProblemType.INVALID_KEY);
        assertResult(noDate, "rejected");
        assertProblem(noKey, ProblemType.INVALID_KEY);
        assertThat(over(ORDERS).admit(order())).isInstanceOf(Next.PassThrough.class);
        assertProblem(respond(over(ORDERS.withKeyRequired(true)).admit(order())), ProblemType.MISSING_KEY);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "now",
                "2026-12-01T08:49:30Z",
                "Tue, 1 Dec 2026 08:49:30 GMT",
                "Mon, 01 Dec 2026 08:49:30 GMT",
                "Tue, 01 Dec 2026 08:49:30 +0000",
                "Tue, 01 Dec 2026 08:49:60 GMT",
                "Tuesday, 01-Dec-26 08:49:30 GMT"
            })
    void a_date_in_another_form_is_refused(String date) {
        assertProblem(respond(over(ORDERS).admit(sentAt(date))), ProblemType.INVALID_KEY);
    }

    @Test
    void a_request_from_before_what_is_remembered_is_refused_and_so_is_one_from_the_future() {
        HttpIdempotency idempotency =
                over(ORDERS.withPolicy(OperationPolicy.DEFAULT.withRetention(Duration.ofHours(1))));

        run(idempotency, sentAt("Tue, 01 Dec 2026 07:54:37 GMT"), "").answered(CREATED);
        Response late = respond(idempotency.admit(sentAt("Tue, 01 Dec 2026 07:54:36 GMT")));
        assertProblem(late, ProblemType.FIRST_SENT_TOO_LONG_AGO);
        assertThat(late.status()).isEqualTo(412);
        assertResult(late, "rejected");

        assertThat(idempotency.admit(sentAt("Tue, 01 Dec 2026 08:54:37 GMT"))).isInstanceOf(Next.ReadBody.class);
        assertProblem(respond(idempotency.admit(sentAt("Tue, 01 Dec 2026 08:54:38 GMT"))), ProblemType.INVALID_KEY);
    }

    @Test
    void a_retry_says_the_same_time_of_its_first_sending_S9() {
        HttpIdempotency idempotency = over(ORDERS);
        run(idempotency, ORDER, "").answered(CREATED);

        assertProblem(
                respond(begin(idempotency, sentAt("Tue, 01 Dec 2026 08:49:31 GMT"), "")), ProblemType.PAYLOAD_MISMATCH);
    }

    @Test
    void asking_for_what_a_route_does_not_offer_is_refused_with_501() {
        Response refused = respond(over(ORDERS).admit(ORDER.withMethod("DELETE")));

        assertProblem(refused, ProblemType.NOT_REPEATABLE);
        assertResult(refused, "rejected");
        assertThat(over(ORDERS).admit(order().withMethod("DELETE"))).isInstanceOf(Next.PassThrough.class);
        assertThat(over(ORDERS).admit(ORDER.withMethod("GET"))).isInstanceOf(Next.PassThrough.class);
    }

    @Test
    void browsers_are_allowed_to_send_both_fields_S26() {
        Response preflight =
                over(ORDERS).preflight(new Response(204, Headers.of("Access-Control-Allow-Origin", "*"), Body.EMPTY));

        assertThat(preflight.headers().first("Access-Control-Allow-Headers").orElseThrow())
                .contains("Repeatability-Request-ID", "Repeatability-First-Sent", "Idempotency-Key");
    }
}
