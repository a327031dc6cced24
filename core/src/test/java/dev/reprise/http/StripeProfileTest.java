package dev.reprise.http;

import static dev.reprise.http.RequestExample.post;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.OperationPolicy;
import dev.reprise.Response;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The profile of Stripe's API. */
class StripeProfileTest extends ChoreographyFixture {
    private static final Route CHARGES = atOnce(Route.of("/v1/charges").withProfile(Profile.STRIPE));
    private static final RequestExample CHARGE = post("/v1/charges", "Idempotency-Key", "k");
    private static final Response CREATED = answer(200, "Request-Id", "req_service");

    private static Response answer(int status, String... headers) {
        return new Response(status, Headers.of(headers), Body.of("{}".getBytes(StandardCharsets.UTF_8)));
    }

    private static String field(Response response, String name) {
        return response.headers().first(name).orElse("none");
    }

    @Test
    void each_answer_names_its_exchange_and_the_one_that_executed() {
        HttpIdempotency idempotency = over(CHARGES);

        Response first = run(idempotency, CHARGE, "").answered(CREATED);
        Response replay = respond(begin(idempotency, CHARGE, ""));

        assertThat(field(first, "Request-Id")).isEqualTo("req_service");
        assertThat(field(first, "Original-Request")).isEqualTo("req_service");
        assertThat(field(first, "Idempotency-Key")).isEqualTo("k");
        assertThat(field(first, "Idempotent-Replayed")).isEqualTo("none");
        assertThat(field(replay, "Request-Id")).startsWith("req_").hasSize(18);
        assertThat(field(replay, "Original-Request")).isEqualTo("req_service");
        assertThat(field(replay, "Idempotency-Key")).isEqualTo("k");
        assertThat(field(replay, "Idempotent-Replayed")).isEqualTo("true");
        assertThat(field(replay, "Stripe-Should-Retry")).isEqualTo("false");
    }

    @Test
    void a_handler_that_names_no_exchange_gets_it_named() {
        HttpIdempotency idempotency = over(CHARGES);

        Response first = run(idempotency, CHARGE, "").answered(answer(200));
        Response replay = respond(begin(idempotency, CHARGE, ""));

        assertThat(field(first, "Request-Id")).startsWith("req_").isEqualTo(field(first, "Original-Request"));
        assertThat(field(replay, "Original-Request")).isEqualTo(field(first, "Original-Request"));
        assertThat(field(replay, "Request-Id")).isNotEqualTo(field(first, "Request-Id"));
    }

    @Test
    void an_executed_5xx_is_replayed_and_final_S15() {
        HttpIdempotency idempotency = over(CHARGES);

        run(idempotency, CHARGE, "").answered(answer(500));
        Response replay = respond(begin(idempotency, CHARGE, ""));

        assertThat(replay.status()).isEqualTo(500);
        assertThat(field(replay, "Stripe-Should-Retry")).isEqualTo("false");
    }

    @Test
    void a_refusal_of_the_handler_is_not_recorded_S14() {
        HttpIdempotency idempotency = over(CHARGES);

        Response refused = run(idempotency, CHARGE, "").answered(answer(429));

        assertThat(field(refused, "Original-Request")).isEqualTo("none");
        assertThat(field(refused, "Idempotency-Key")).isEqualTo("k");
        run(idempotency, CHARGE, "").answered(CREATED);
    }

    @Test
    void a_mismatch_is_a_400_in_the_shape_of_stripe_S9() {
        HttpIdempotency idempotency = over(CHARGES);
        run(idempotency, CHARGE, "").answered(CREATED);

        Response refused = respond(begin(idempotency, CHARGE, "other"));

        assertThat(refused.status()).isEqualTo(400);
        assertThat(field(refused, "Content-Type")).isEqualTo("application/json");
        assertThat(text(refused)).startsWith("{\"error\":{\"type\":\"idempotency_error\",\"message\":\"");
        assertThat(field(refused, "Stripe-Should-Retry")).isEqualTo("false");
        assertThat(field(refused, "Idempotency-Key")).isEqualTo("k");
    }

    @Test
    void a_running_operation_is_a_409_that_is_worth_retrying_S8() {
        HttpIdempotency idempotency = over(CHARGES);
        run(idempotency, CHARGE, "");

        Response refused = respond(begin(idempotency, CHARGE, ""));

        assertThat(refused.status()).isEqualTo(409);
        assertThat(text(refused)).contains("\"type\":\"idempotency_error\",\"code\":\"idempotency_key_in_use\"");
        assertThat(field(refused, "Stripe-Should-Retry")).isEqualTo("true");
        assertThat(field(refused, "Retry-After")).isEqualTo("1");
    }

    @Test
    void an_unknown_outcome_is_final_S15() {
        HttpIdempotency idempotency = over(CHARGES);

        Response lost = run(idempotency, CHARGE, "").lost(504, "no answer");

        assertThat(lost.status()).isEqualTo(504);
        assertThat(field(lost, "Stripe-Should-Retry")).isEqualTo("false");
        assertThat(text(respond(begin(idempotency, CHARGE, "")))).contains("\"code\":\"outcome_unknown\"");
    }

    @Test
    void what_was_lost_and_may_run_again_is_worth_a_retry_and_no_key_is_in_use_S15() {
        HttpIdempotency idempotency =
                over(CHARGES.withPolicy(OperationPolicy.DEFAULT.withUncertain(OperationPolicy.Uncertain.RERUN)));

        Response lost = run(idempotency, CHARGE, "").lost(504, "no answer");

        assertThat(field(lost, "Stripe-Should-Retry")).isEqualTo("true");
        assertThat(text(lost)).contains("\"type\":\"api_error\"").doesNotContain("idempotency_key_in_use");
    }

    @Test
    void browsers_may_read_the_fields_of_stripe_S26() {
        Response allowed = new Response(201, Headers.of("Access-Control-Allow-Origin", "*"), Body.EMPTY);

        assertThat(field(run(over(CHARGES), CHARGE, "").answered(allowed), "Access-Control-Expose-Headers"))
                .contains("Request-Id", "Original-Request", "Stripe-Should-Retry");
    }

    @Test
    void the_whole_field_is_the_key_quotes_included_S1() {
        HttpIdempotency idempotency = over(CHARGES);
        run(idempotency, post("/v1/charges", "Idempotency-Key", " \"k\" "), "").answered(CREATED);

        run(idempotency, CHARGE, "").answered(CREATED);
    }

    @Test
    void a_malformed_or_missing_key_is_an_invalid_request_S2_S4() {
        Response malformed = respond(over(CHARGES).admit(post("/v1/charges", "Idempotency-Key", "k".repeat(256))));
        Response missing = respond(over(CHARGES.withKeyRequired(true)).admit(post("/v1/charges")));

        assertThat(malformed.status()).isEqualTo(400);
        assertThat(text(malformed)).contains("\"type\":\"invalid_request_error\"");
        assertThat(respond(over(CHARGES).admit(post("/v1/charges", "Idempotency-Key", "a b")))
                        .status())
                .isEqualTo(400);
        assertThat(text(missing)).contains("\"type\":\"invalid_request_error\"");
        assertThat(missing.headers().first("Link")).isPresent();
    }
}
