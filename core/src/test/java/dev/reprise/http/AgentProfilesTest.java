package dev.reprise.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.Response;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The profiles of the protocols that agents speak. */
class AgentProfilesTest {
    private static Response answer(int status, String body) {
        return new Response(
                status, Headers.of("Content-Type", "application/json"), Body.of(body.getBytes(StandardCharsets.UTF_8)));
    }

    private static RequestExample post(String path, String... headers) {
        Headers.Builder all = Headers.builder().add("Content-Type", "application/json");
        Headers.of(headers).forEach(all::add);
        return new RequestExample("POST", path, "", all.build(), "agent");
    }

    private static String field(Response response, String name) {
        return response.headers().first(name).orElse("none");
    }

    /** Section 6 of the RFC on checkout of the Agentic Commerce Protocol. */
    @Nested
    class Acp extends ChoreographyFixture {
        private final Route route =
                ChoreographyFixture.atOnce(Route.of("/checkout_sessions/**").withProfile(Profile.ACP));
        private final RequestExample create = post("/checkout_sessions", "Idempotency-Key", "k");

        @Test
        void a_key_is_required_6_1() {
            Next.Respond refused = (Next.Respond)
                    over(route).admit(new RequestExample("POST", "/checkout_sessions", "", Headers.EMPTY, "agent"));

            assertThat(refused.response().status()).isEqualTo(400);
            assertThat(text(refused.response()))
                    .startsWith("{\"type\":\"invalid_request\",\"code\":\"idempotency_key_required\",\"message\":\"");
        }

        @Test
        void one_key_on_two_paths_is_two_operations_6_1() {
            run(over(route), create, "{}").answered(answer(201, "{}"));

            run(over(route), post("/checkout_sessions/cs_1", "Idempotency-Key", "k"), "{}")
                    .answered(answer(200, "{}"));
        }

        @Test
        void only_the_meaning_of_the_body_counts_6_2() {
            run(over(route), create, "{\"a\":1.0,\"b\":[1,2]}").answered(answer(201, "{}"));

            Response replay = respond(begin(over(route), create.withQuery("x=1"), "{\"b\":[1,2],\"a\":1}"));
            assertThat(replay.status()).isEqualTo(201);
            assertThat(field(replay, "Idempotent-Replayed")).isEqualTo("true");
            for (String other : new String[] {"{\"a\":1,\"b\":[2,1]}", "{\"a\":1,\"b\":[1,2],\"c\":null}"}) {
                Response conflict = respond(begin(over(route), create, other));
                assertThat(conflict.status()).isEqualTo(422);
                assertThat(text(conflict)).contains("\"code\":\"idempotency_conflict\"");
            }
        }

        @Test
        void each_answer_echoes_the_key() {
            Response first = run(over(route), create, "{}").answered(answer(201, "{}"));
            Response replay = respond(begin(over(route), create, "{}"));
            Response conflict = respond(begin(over(route), create, "[]"));
            Response failed = run(over(route), post("/checkout_sessions", "Idempotency-Key", "l"), "{}")
                    .answered(answer(429, "{}"));

            assertThat(field(first, "Idempotency-Key")).isEqualTo("k");
            assertThat(field(replay, "Idempotency-Key")).isEqualTo("k");
            assertThat(field(conflict, "Idempotency-Key")).isEqualTo("k");
            assertThat(field(failed, "Idempotency-Key")).isEqualTo("l");
        }

        @Test
        void one_in_flight_is_a_conflict_with_a_time_6_4() {
            HttpExecution running = run(over(route), create, "{}");

            Response refused = respond(begin(over(route), create, "{}"));

            assertThat(refused.status()).isEqualTo(409);
            assertThat(text(refused)).contains("\"code\":\"idempotency_in_flight\"");
            assertThat(field(refused, "Retry-After")).isNotEqualTo("none");
            running.answered(answer(201, "{}"));
        }

        @Test
        void a_5xx_is_unknown_as_everywhere_unless_the_route_gives_that_up_6_5() {
            run(over(route), create, "{}").answered(answer(500, "{}"));
            assertThat(text(respond(begin(over(route), create, "{}"))))
                    .startsWith("{\"type\":\"processing_error\",\"code\":\"outcome_unknown\"");

            Route asDemanded = route.withEffects(route.effects().withNone("401", "403", "429", "5xx"));
            RequestExample other = post("/checkout_sessions", "Idempotency-Key", "l");
            run(over(asDemanded), other, "{}").answered(answer(500, "{}"));
            run(over(asDemanded), other, "{}").answered(answer(201, "{}"));
        }
    }

    /** The section on idempotency of the Ad Context Protocol. */
    @Nested
    class Adcp extends ChoreographyFixture {
        private static final String KEY = "\"idempotency_key\":\"0123456789abcdef\"";
        private final Route route =
                ChoreographyFixture.atOnce(Route.of("/adcp/**").withProfile(Profile.ADCP));
        private final RequestExample buy = post("/adcp/create_media_buy");

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{}",
                    "{\"idempotency_key\":\"short\"}",
                    "{\"idempotency_key\":\"0123456789abcde!\"}",
                    "{\"idempotency_key\":7}"
                })
        void a_key_of_the_protocols_form_is_required(String body) {
            Response refused = respond(begin(over(route), buy, body));

            assertThat(refused.status()).isEqualTo(400);
            assertThat(text(refused)).contains("\"code\":\"INVALID_REQUEST\"", "\"recovery\":\"correctable\"");
        }

        @Test
        void a_replay_says_so_within_its_body_and_nothing_else_differs_rule_4() {
            String body = "{" + KEY + "}";
            run(over(route), buy, body).answered(answer(200, "{ \"status\" : \"completed\",\"n\":1.0 }"));

            assertThat(text(respond(begin(over(route), buy, body))))
                    .isEqualTo("{\"replayed\":true, \"status\" : \"completed\",\"n\":1.0 }");
        }

        @Test
        void what_the_service_says_about_a_replay_is_replaced() {
            String body = "{" + KEY + "}";
            run(over(route), buy, body).answered(answer(200, "{\"a\":{\"replayed\":1},\"replayed\" : false }"));

            assertThat(text(respond(begin(over(route), buy, body))))
                    .isEqualTo("{\"a\":{\"replayed\":1},\"replayed\" : true }");
        }

        @Test
        void what_may_change_on_a_retry_does_not_count() {
            run(over(route), buy, "{" + KEY + ",\"budget\":1,\"context\":{\"trace\":1}}")
                    .answered(answer(200, "{}"));

            assertThat(text(respond(begin(over(route), buy, "{\"context\":{\"trace\":2},\"budget\":1," + KEY + "}"))))
                    .isEqualTo("{\"replayed\":true}");
            Response conflict = respond(begin(over(route), buy, "{" + KEY + ",\"budget\":2}"));
            assertThat(text(conflict)).contains("\"adcp_error\":{\"code\":\"IDEMPOTENCY_CONFLICT\"");
        }

        @Test
        void another_account_is_another_scope_and_another_tool_a_conflict() {
            run(over(route), buy, "{" + KEY + ",\"account\":{\"account_id\":\"a\"}}")
                    .answered(answer(200, "{}"));

            run(over(route), buy, "{" + KEY + ",\"account\":{\"account_id\":\"b\"}}")
                    .answered(answer(200, "{}"));
            assertThat(respond(begin(
                                    over(route),
                                    post("/adcp/update_media_buy"),
                                    "{" + KEY + ",\"account\":{\"account_id\":\"a\"}}"))
                            .status())
                    .isEqualTo(422);
        }

        @Test
        void one_in_flight_says_when_to_come_back_rule_9() {
            String body = "{" + KEY + "}";
            HttpExecution running = run(over(route), buy, body);

            assertThat(text(respond(begin(over(route), buy, body))))
                    .contains("\"code\":\"IDEMPOTENCY_IN_FLIGHT\"", "\"recovery\":\"transient\"", "\"retry_after\":");
            running.answered(answer(200, "{}"));
        }

        @Test
        void a_refused_request_frees_its_key_rule_3() {
            String body = "{" + KEY + "}";
            run(over(route), buy, body).answered(answer(404, "{}"));

            run(over(route), buy, body).answered(answer(200, "{}"));
        }

        @Test
        void the_retention_is_within_what_the_protocol_permits_rule_7() {
            Route forever = route.withPolicy(route.policy().withRetention(Duration.ofDays(8)));

            assertThatThrownBy(() -> over(forever)).hasMessageContaining("1 hour to 7 days");
        }
    }

    /** JSON-RPC 2.0, and tools of the Model Context Protocol. */
    @Nested
    class JsonRpc extends ChoreographyFixture {
        private final Route route = ChoreographyFixture.atOnce(Route.of("/mcp").withProfile(Profile.JSON_RPC));
        private final RequestExample call = post("/mcp");

        private String call(String id, String key, int amount) {
            return "{\"jsonrpc\":\"2.0\",\"id\":" + id
                    + ",\"method\":\"tools/call\",\"params\":{\"name\":\"pay\",\"_meta\":{\"progressToken\":" + id
                    + "},\"arguments\":{\"amount\":" + amount
                    + ",\"idempotency_key\":\"" + key + "\"}}}";
        }

        @Test
        void a_replay_carries_the_id_of_the_retry() {
            run(over(route), call, call("1", "k", 5))
                    .answered(answer(200, "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"id\":1}}"));

            assertThat(text(respond(begin(over(route), call, call("\"b-2\"", "k", 5)))))
                    .isEqualTo("{\"jsonrpc\":\"2.0\",\"id\":\"b-2\",\"result\":{\"id\":1}}");
        }

        @Test
        void a_refusal_is_an_error_of_the_call() {
            run(over(route), call, call("1", "k", 5)).answered(answer(200, "{}"));

            Response refused = respond(begin(over(route), call, call("7", "k", 6)));

            assertThat(refused.status()).isEqualTo(200);
            assertThat(text(refused))
                    .startsWith("{\"jsonrpc\":\"2.0\",\"id\":7,\"error\":{\"code\":-32050,\"message\":\"")
                    .contains("\"code\":\"payload_mismatch\",\"retryable\":false");
        }

        @Test
        void a_handler_that_is_lost_is_an_error_of_the_call_too() {
            Response lost = run(over(route), call, call("1", "k", 5)).lost(502, "gone");

            assertThat(lost.status()).isEqualTo(200);
            assertThat(text(lost)).contains("\"id\":1,", "\"code\":\"outcome_unknown\"");
        }

        @Test
        void a_question_leaves_the_key_free_and_its_answer_makes_no_other_request() {
            String asking =
                    "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"resultType\":\"input_required\",\"inputRequests\":{\"a\":{}},"
                            + "\"requestState\":\"s\"}}";
            String answered = call("2", "k", 5)
                    .replace(
                            "\"_meta\"",
                            "\"inputResponses\":{\"a\":{\"action\":\"accept\"}},\"requestState\":\"s\",\"_meta\"");

            run(over(route), call, call("1", "k", 5)).answered(answer(200, asking));
            assertThat(records()).isEmpty();
            run(over(route), call, answered)
                    .answered(answer(200, "{\"id\":2,\"result\":{\"resultType\":\"complete\"}}"));

            assertThat(text(respond(begin(over(route), call, call("3", "k", 5)))))
                    .isEqualTo("{\"id\":3,\"result\":{\"resultType\":\"complete\"}}");
        }

        @Test
        void a_result_that_tells_of_a_question_is_recorded() {
            run(over(route), call, call("1", "k", 5))
                    .answered(answer(
                            200, "{\"id\":1,\"result\":{\"text\":\"input_required\",\"type\":\"input_required\"}}"));

            assertThat(records()).hasSize(1);
        }

        @Test
        void other_calls_and_batches_are_not_protected() {
            run(over(route), call, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}")
                    .answered(answer(200, "{}"));
            run(over(route), call, "[" + call("1", "k", 5) + "]").answered(answer(200, "[]"));

            assertThat(records()).isEmpty();
        }
    }
}
