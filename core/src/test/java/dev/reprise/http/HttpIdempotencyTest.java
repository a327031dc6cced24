package dev.reprise.http;

import static dev.reprise.http.RequestExample.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.OperationPolicy;
import dev.reprise.Response;
import dev.reprise.UnspeakableError;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The choreography, seen from an adapter. */
class HttpIdempotencyTest extends ChoreographyFixture {
    private static final Route CHARGES = Route.of("/v1/charges");
    private static final RequestExample CHARGE =
            post("/v1/charges", "Idempotency-Key", "k", "Content-Type", "application/json");
    private static final String BODY = "{\"amount\":1}";
    private static final Response CREATED = new Response(
            201,
            Headers.of("Location", "/v1/charges/1", "Set-Cookie", "s=1", "Date", "now", "Idempotent-Replayed", "true"),
            Body.of("{\"id\":1}".getBytes(StandardCharsets.UTF_8)));

    private static HttpExecution run(HttpIdempotency idempotency, RequestView request) {
        return run(idempotency, request, BODY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "post"})
    void other_methods_pass_through_with_their_key_ignored_S5(String method) {
        assertThat(over(CHARGES.withKeyRequired(true)).admit(CHARGE.withMethod(method)))
                .isInstanceOf(Next.PassThrough.class);
    }

    @Test
    void put_and_delete_are_protected_where_the_route_opts_in_S5() {
        Route route = CHARGES.withMethods(Set.of("PUT", "DELETE"));

        assertThat(over(route).admit(CHARGE.withMethod("PUT"))).isInstanceOf(Next.ReadBody.class);
        assertThat(over(route).admit(CHARGE)).isInstanceOf(Next.PassThrough.class);
    }

    @Test
    void a_route_that_protects_a_safe_method_is_refused_S5() {
        assertThatThrownBy(() -> CHARGES.withMethods(Set.of("POST", "GET"))).hasMessageContaining("GET");
    }

    @Test
    void paths_without_a_route_pass_through_and_the_first_matching_route_counts() {
        HttpIdempotency idempotency = over(
                Route.of("/hooks/**").withMethods(Set.of()), Route.of("/**").withKeyRequired(true));

        assertThat(idempotency.admit(post("/hooks/x"))).isInstanceOf(Next.PassThrough.class);
        assertThat(idempotency.admit(post("/other"))).isInstanceOf(Next.Respond.class);
        assertThat(over(CHARGES).admit(post("/other", "Idempotency-Key", "k"))).isInstanceOf(Next.PassThrough.class);
    }

    @Test
    void a_missing_key_is_refused_with_a_link_to_the_documentation_where_required_S4() {
        Response response = respond(over(CHARGES.withKeyRequired(true)).admit(post("/v1/charges")));

        assertProblem(response, ProblemType.MISSING_KEY);
        assertThat(response.headers().first("Link"))
                .contains("<https://reprise.dev/problems/missing-key>; rel=\"describedby\"");
        assertThat(over(CHARGES).admit(post("/v1/charges"))).isInstanceOf(Next.PassThrough.class);
    }

    @Test
    void a_malformed_key_is_refused_even_where_keys_are_optional_S2() {
        assertProblem(
                respond(over(CHARGES).admit(post("/v1/charges", "Idempotency-Key", "\"open"))),
                ProblemType.INVALID_KEY);
        assertProblem(
                respond(over(CHARGES).admit(post("/v1/charges", "Idempotency-Key", "a", "idempotency-key", "b"))),
                ProblemType.INVALID_KEY);
    }

    @Test
    void the_first_caller_gets_everything_and_retries_what_belongs_to_the_operation_S7_S17_S18() {
        HttpIdempotency idempotency = over(CHARGES);

        Response first = run(idempotency, CHARGE).answered(CREATED);
        Response second = respond(begin(idempotency, CHARGE, BODY));

        assertThat(first.status()).isEqualTo(201);
        assertThat(first.headers())
                .isEqualTo(Headers.of(
                        "Location",
                        "/v1/charges/1",
                        "Set-Cookie",
                        "s=1",
                        "Date",
                        "now",
                        "Idempotency-Retention",
                        "86400"));
        assertThat(second.status()).isEqualTo(201);
        assertThat(second.body()).isEqualTo(CREATED.body());
        assertThat(second.headers().first("Idempotent-Replayed")).contains("true");
        assertThat(second.headers().first("Location")).contains("/v1/charges/1");
        assertThat(second.headers().first("Set-Cookie")).isEmpty();
        assertThat(second.headers().first("Date")).isEmpty();
    }

    @Test
    void the_retention_left_is_advertised_S23() {
        HttpIdempotency idempotency = over(CHARGES);
        run(idempotency, CHARGE).answered(CREATED);

        String left = respond(begin(idempotency, CHARGE, BODY))
                .headers()
                .first(HttpNames.RETENTION)
                .orElseThrow();

        assertThat(Long.parseLong(left)).isBetween(86_000L, 86_400L);
    }

    @Test
    void the_same_key_elsewhere_or_of_somebody_else_is_another_operation_S12() {
        HttpIdempotency idempotency = over(Route.of("/v1/charges"), Route.of("/v1/refunds"));
        run(idempotency, CHARGE).answered(CREATED);

        run(idempotency, CHARGE.withPrincipal("bob")).answered(CREATED);
        run(idempotency, post("/v1/refunds", "Idempotency-Key", "k")).answered(CREATED);
    }

    @Test
    void the_same_key_for_another_path_of_the_same_route_is_a_mismatch_S9_S11() {
        HttpIdempotency idempotency = over(Route.of("/payment/{to}"));
        run(idempotency, post("/payment/alice", "Idempotency-Key", "k")).answered(CREATED);

        Response response = respond(begin(idempotency, post("/payment/mallory", "Idempotency-Key", "k"), BODY));

        assertProblem(response, ProblemType.PAYLOAD_MISMATCH);
        assertThat(response.headers().first("Retry-After")).isEmpty();
    }

    @Test
    void a_duplicate_of_a_running_request_is_told_when_to_come_back_S8() {
        HttpIdempotency idempotency = over(CHARGES);
        run(idempotency, CHARGE);

        Response response = respond(begin(idempotency, CHARGE, BODY));

        assertProblem(response, ProblemType.IN_PROGRESS);
        assertThat(response.headers().first("Retry-After")).contains("1");
    }

    @ParameterizedTest
    @ValueSource(ints = {307, 308, 401, 403, 405, 408, 413, 415, 421, 425, 429})
    void refusals_before_the_start_are_not_recorded_S14(int status) {
        HttpIdempotency idempotency = over(CHARGES);
        Response refusal = new Response(status, Headers.EMPTY, Body.EMPTY);

        assertThat(run(idempotency, CHARGE).answered(refusal)).isEqualTo(refusal);
        run(idempotency, CHARGE).answered(CREATED);
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 204, 303, 400, 402, 404, 409, 410, 422})
    void what_the_handler_answers_is_recorded_S14(int status) {
        HttpIdempotency idempotency = over(CHARGES);
        run(idempotency, CHARGE).answered(new Response(status, Headers.EMPTY, Body.EMPTY));

        assertThat(respond(begin(idempotency, CHARGE, BODY)).status()).isEqualTo(status);
    }

    @Test
    void a_5xx_leaves_the_outcome_unknown_S15() {
        HttpIdempotency idempotency = over(CHARGES);
        Response error = new Response(500, Headers.of("X-Error", "e"), Body.EMPTY);

        assertThat(run(idempotency, CHARGE).answered(error)).isEqualTo(error);
        assertProblem(respond(begin(idempotency, CHARGE, BODY)), ProblemType.OUTCOME_UNKNOWN);
    }

    @ParameterizedTest
    @EnumSource(Profile.class)
    void a_503_that_says_when_to_come_back_has_not_begun_in_every_profile_S15(Profile profile) {
        HttpIdempotency idempotency = over(CHARGES.withEffects(profile.effects()));
        Response busy = new Response(503, Headers.of("Retry-After", "1"), Body.EMPTY);

        assertThat(run(idempotency, CHARGE).answered(busy)).isEqualTo(busy);
        run(idempotency, CHARGE).answered(CREATED);
    }

    @Test
    void which_statuses_free_the_key_is_chosen_one_by_one_and_by_ranges_S14() {
        HttpIdempotency idempotency = over(CHARGES.withEffects(Effects.DEFAULT.withNone("4xx", "500-501")));
        for (int status : new int[] {400, 404, 422, 499, 500, 501}) {
            run(idempotency, CHARGE).answered(new Response(status, Headers.EMPTY, Body.EMPTY));
        }
        run(idempotency, CHARGE).answered(new Response(502, Headers.of("Retry-After", "1"), Body.EMPTY));

        assertProblem(respond(begin(idempotency, CHARGE, BODY)), ProblemType.OUTCOME_UNKNOWN);
    }

    @Test
    void a_5xx_frees_the_key_where_the_route_or_the_handler_declares_no_effect_S15() {
        HttpIdempotency byRoute = over(CHARGES.withEffects(Effects.DEFAULT.withNone("5xx")));
        run(byRoute, CHARGE).answered(new Response(503, Headers.EMPTY, Body.EMPTY));
        HttpIdempotency byHandler = over(CHARGES);
        Response declared = new Response(503, Headers.of("Idempotency-Effect", "none"), Body.EMPTY);

        assertThat(run(byHandler, CHARGE).answered(declared).headers()).isEqualTo(Headers.EMPTY);
        run(byHandler, CHARGE).answered(CREATED);
    }

    @Test
    void a_5xx_is_replayed_where_the_route_records_it() {
        HttpIdempotency idempotency = over(CHARGES.withEffects(Effects.DEFAULT.withUncertain()));
        run(idempotency, CHARGE).answered(new Response(500, Headers.EMPTY, Body.EMPTY));

        assertThat(respond(begin(idempotency, CHARGE, BODY)).status()).isEqualTo(500);
    }

    @Test
    void a_handler_that_was_not_reached_leaves_the_key_free_S15() {
        HttpIdempotency idempotency = over(CHARGES);
        Response badGateway = new Response(502, Headers.EMPTY, Body.EMPTY);

        assertThat(run(idempotency, CHARGE).notReached(badGateway)).isEqualTo(badGateway);
        run(idempotency, CHARGE).answered(CREATED);
    }

    @Test
    void an_effect_that_is_not_none_says_nothing_S15() {
        assertThat(Effects.isDeniedBy(new Response(503, Headers.of("Idempotency-Effect", " none "), Body.EMPTY)))
                .isTrue();
        assertThat(Effects.isDeniedBy(new Response(503, Headers.of("Idempotency-Effect", "some"), Body.EMPTY)))
                .isFalse();
    }

    @Test
    void a_handler_that_was_lost_midway_leaves_the_outcome_unknown_S15() {
        HttpIdempotency idempotency = over(CHARGES);

        Response first = run(idempotency, CHARGE).lost(502, "connection reset");

        assertThat(first.status()).isEqualTo(502);
        assertThat(new String(first.body().bytes(), StandardCharsets.UTF_8))
                .contains(ProblemType.OUTCOME_UNKNOWN.type());
        assertProblem(respond(begin(idempotency, CHARGE, BODY)), ProblemType.OUTCOME_UNKNOWN);
    }

    @Test
    void a_handler_that_threw_leaves_the_outcome_unknown_even_where_5xx_are_recorded_S15() {
        for (Profile meaning : new Profile[] {Profile.IETF, Profile.STRIPE}) {
            HttpIdempotency idempotency = over(CHARGES.withName(meaning.name()).withEffects(meaning.effects()));
            Response first = run(idempotency, CHARGE).threw(new IllegalStateException("something"));

            assertThat(first.status()).isEqualTo(500);
            assertProblem(respond(begin(idempotency, CHARGE, BODY)), ProblemType.OUTCOME_UNKNOWN);
        }
    }

    @Test
    void a_handler_that_threw_what_cannot_be_described_leaves_the_outcome_unknown_S15() {
        HttpIdempotency idempotency = over(CHARGES);

        assertThat(run(idempotency, CHARGE).threw(new UnspeakableError()).status())
                .isEqualTo(500);

        assertProblem(respond(begin(idempotency, CHARGE, BODY)), ProblemType.OUTCOME_UNKNOWN);
    }

    @Test
    void a_handler_that_threw_frees_the_key_where_5xx_have_no_effect_S15() {
        HttpIdempotency idempotency = over(CHARGES.withEffects(Effects.DEFAULT.withNone("5xx")));

        Response failed = run(idempotency, CHARGE).threw(new IllegalStateException("something"));

        assertProblem(failed, ProblemType.NOT_FINISHED);
        assertThat(failed.headers().first("Retry-After")).contains("1");
        run(idempotency, CHARGE);
    }

    @Test
    void a_handler_declared_safe_that_was_lost_midway_runs_again_S15() {
        HttpIdempotency idempotency =
                over(CHARGES.withPolicy(OperationPolicy.DEFAULT.withUncertain(OperationPolicy.Uncertain.RERUN)));

        Response lost = run(idempotency, CHARGE).lost(504, "timeout");

        assertThat(lost.status()).isEqualTo(504);
        assertThat(new String(lost.body().bytes(), StandardCharsets.UTF_8)).contains(ProblemType.NOT_FINISHED.type());
        assertThat(lost.headers().first("Retry-After")).contains("1");
        run(idempotency, CHARGE).answered(CREATED);
    }

    @Test
    void a_body_that_was_left_out_is_marked_in_the_replay_S21() {
        HttpIdempotency idempotency = over(CHARGES);
        Response streamed = new Response(200, Headers.of("Content-Type", "text/csv"), Body.OMITTED);

        assertThat(run(idempotency, CHARGE).answered(streamed).body().isOmitted())
                .isTrue();

        Response replay = respond(begin(idempotency, CHARGE, BODY));
        assertThat(replay.status()).isEqualTo(200);
        assertThat(replay.body()).isEqualTo(Body.EMPTY);
        assertThat(replay.headers().first("Content-Type")).contains("text/csv");
        assertThat(replay.headers().first("Idempotent-Body-Omitted")).contains("true");
    }

    @Test
    void a_body_over_the_limit_is_refused_with_the_limit() {
        Next next = over(CHARGES.withMaxRequestBody(10)).admit(CHARGE);

        Response response = ((Next.ReadBody) next).request().tooLarge();

        assertProblem(response, ProblemType.REQUEST_TOO_LARGE);
        assertThat(new String(response.body().bytes(), StandardCharsets.UTF_8)).contains("10 bytes");
    }

    @Test
    void replays_and_refusals_are_readable_across_allowed_origins_S26() {
        HttpIdempotency idempotency = new HttpIdempotency(
                engine, List.of(CHARGES), HttpNames.DEFAULT, new Cors(Set.of("https://shop.example"), false));
        RequestExample request =
                post("/v1/charges", "Idempotency-Key", "k", "Content-Type", "a/b", "Origin", "https://shop.example");
        run(idempotency, request).answered(CREATED);

        assertThat(respond(begin(idempotency, request, BODY)).headers().first("Access-Control-Allow-Origin"))
                .contains("https://shop.example");
        assertThat(respond(begin(idempotency, request, "")).headers().first("Access-Control-Allow-Origin"))
                .contains("https://shop.example");
    }

    @Test
    void the_names_can_be_chosen_S17() {
        HttpIdempotency idempotency = new HttpIdempotency(
                engine,
                List.of(CHARGES),
                new HttpNames("X-Key", "X-Replayed", "https://doc.example", null, null),
                Cors.NONE);
        RequestExample request = post("/v1/charges", "X-Key", "k");
        run(idempotency, request).answered(CREATED);

        assertThat(respond(begin(idempotency, request, BODY)).headers().first("X-Replayed"))
                .contains("true");
    }
}
