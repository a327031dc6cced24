package dev.reprise.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.OperationPolicy.Duplicates;
import dev.reprise.servlet.Application.Setup;
import dev.reprise.testkit.FaultyStore.Call;
import dev.reprise.testkit.FaultyStore.Fault;
import dev.reprise.testkit.Parallel;
import jakarta.servlet.http.HttpServletResponse;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What callers of a servlet application get who repeat a request. */
@ParameterizedClass
@EnumSource
class ReplayTest {
    @Parameter
    private Container container = Container.JETTY;

    private Application application(Setup setup) {
        return new Application(container, setup, (request, response) -> {
            response.setStatus(201);
            response.getWriter()
                    .print("done " + new String(request.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        });
    }

    @Test
    void a_retry_gets_the_same_status_body_and_fields_and_nothing_is_executed_again_S7_S17() throws Exception {
        byte[] bytes = {0, (byte) 0xff, 'a', '\r', '\n', 0};
        try (Application application = new Application(container, (request, response) -> {
            response.setStatus(202);
            response.setContentType("application/octet-stream");
            response.setHeader("Location", "/v1/charges/1");
            response.setHeader("ETag", "\"1\"");
            response.addHeader("X-Custom", "one");
            response.addHeader("X-Custom", "two");
            response.getOutputStream().write(bytes);
        })) {
            HttpResponse<byte[]> response = Replayed.twice(application);

            assertThat(response.statusCode()).isEqualTo(202);
            assertThat(response.body()).isEqualTo(bytes);
            assertThat(response.headers().firstValue("location")).hasValue("/v1/charges/1");
            assertThat(response.headers().firstValue("etag")).hasValue("\"1\"");
            assertThat(response.headers().firstValue("content-type")).hasValue("application/octet-stream");
            assertThat(response.headers().firstValue("content-length")).hasValue("6");
            assertThat(response.headers().allValues("x-custom")).containsExactly("one", "two");
        }
    }

    @Test
    void members_that_the_route_keeps_from_records_are_the_first_callers_alone_S18() throws Exception {
        String answer = "{\"id\": 1, \"cards\": [{\"number\": \"4242\", \"month\": 12}]}";
        Setup setup = Setup.USUAL.withRoute(route -> route.withUnrecordedMembers(Set.of("/cards/*/number")));
        try (Application application = new Application(container, setup, (request, response) -> {
            response.setContentType("application/json");
            response.getWriter().print(answer);
        })) {
            HttpResponse<String> first = application.post("k");
            HttpResponse<String> retry = application.post("k");

            assertThat(first.body()).isEqualTo(answer);
            assertThat(retry.body()).isEqualTo(answer.replace("4242", ""));
            assertThat(retry.headers().firstValue("idempotent-replayed")).hasValue("true");
            assertThat(retry.headers().firstValue("idempotent-members-omitted")).hasValue("true");
            assertThat(application.executions()).isOne();
        }
    }

    @Test
    void a_quoted_and_a_bare_key_are_the_same_operation_S1() throws Exception {
        try (Application application = application(Setup.USUAL)) {
            application.post("k");

            assertThat(application.post("\"k\"").headers().firstValue("idempotent-replayed"))
                    .hasValue("true");
            assertThat(application.executions()).isOne();
        }
    }

    @Test
    void malformed_and_missing_keys_are_refused_as_problems_S2_S4_S24() throws Exception {
        try (Application application = application(Setup.USUAL.withRoute(route -> route.withKeyRequired(true)))) {
            HttpResponse<String> malformed = application.post("\"open");
            HttpResponse<String> missing =
                    application.send(application.request("/a").POST(BodyPublishers.noBody()));
            HttpResponse<String> twice = application.send(application
                    .request("/a")
                    .header("Idempotency-Key", "a")
                    .header("Idempotency-Key", "b")
                    .POST(BodyPublishers.noBody()));

            for (HttpResponse<String> refusal : List.of(malformed, missing, twice)) {
                assertThat(refusal.statusCode()).isEqualTo(400);
                assertThat(refusal.headers().firstValue("content-type")).hasValue("application/problem+json");
            }
            assertThat(malformed.body()).contains("invalid-key");
            assertThat(twice.body()).contains("invalid-key");
            assertThat(missing.body()).contains("missing-key");
            assertThat(missing.headers().firstValue("link").orElse("")).contains("rel=\"describedby\"");
            assertThat(application.executions()).isZero();
        }
    }

    @Test
    void safe_and_idempotent_methods_and_requests_without_a_key_pass_through_S5() throws Exception {
        try (Application application = application(Setup.USUAL)) {
            for (String method : List.of("GET", "HEAD", "PUT", "DELETE", "OPTIONS")) {
                for (int i = 0; i < 2; i++) {
                    application.send(application
                            .request("/a")
                            .header("Idempotency-Key", "k")
                            .method(method, BodyPublishers.noBody()));
                }
            }
            application.send(application.request("/a").POST(BodyPublishers.ofString("no key")));

            assertThat(application.executions()).isEqualTo(11);
        }
    }

    @Test
    void a_duplicate_of_a_running_request_is_refused_and_the_mismatch_comes_first_S8_S9_S10() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (Application application = new Application(container, (request, response) -> {
            started.countDown();
            await(go);
            response.getWriter().print("done");
        })) {
            CompletableFuture<HttpResponse<String>> first = CompletableFuture.supplyAsync(() -> {
                try {
                    return application.post("k");
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            await(started);
            HttpResponse<String> duplicate = application.post("k");
            HttpResponse<String> mismatch = application.post("/a", "k", "other");
            go.countDown();

            assertThat(duplicate.statusCode()).isEqualTo(409);
            assertThat(duplicate.body()).contains("in-progress");
            assertThat(duplicate.headers().firstValue("retry-after")).isPresent();
            assertThat(mismatch.statusCode()).isEqualTo(422);
            assertThat(mismatch.body()).contains("payload-mismatch");
            assertThat(first.get().body()).isEqualTo("done");
            assertThat(application.post("k").body())
                    .as("the original still replays")
                    .isEqualTo("done");
            assertThat(application.executions()).isOne();
        }
    }

    @Test
    void of_50_concurrent_requests_one_executes_and_the_others_wait_for_its_answer_S16() throws Exception {
        Setup waiting =
                Setup.USUAL.withRoute(route -> route.withPolicy(route.policy().withMaxWait(Duration.ofSeconds(20))));
        try (Application application = application(waiting)) {
            List<HttpResponse<String>> responses = Parallel.run(50, () -> application.post("k"));

            assertThat(application.executions()).isOne();
            assertThat(responses).extracting(HttpResponse::body).containsOnly("done body");
            assertThat(responses)
                    .filteredOn(
                            r -> r.headers().firstValue("idempotent-replayed").isPresent())
                    .hasSize(49);
        }
    }

    @Test
    void the_same_key_of_another_caller_is_another_operation_S12() throws Exception {
        try (Application application = application(Setup.USUAL)) {
            for (String user : List.of("alice", "bob")) {
                assertThat(postAs(application, user).headers().map()).doesNotContainKey("idempotent-replayed");
            }
            assertThat(postAs(application, "alice").headers().map()).containsKey("idempotent-replayed");
            assertThat(application.executions()).isEqualTo(2);
        }
    }

    @Test
    void a_revoked_credential_gets_no_replay_because_the_filter_comes_after_authentication_S13() throws Exception {
        try (Application application = application(Setup.USUAL)) {
            postAs(application, "alice");

            assertThat(postAs(application, "revoked").statusCode()).isEqualTo(401);
        }
    }

    @Test
    void an_application_may_say_itself_who_asks_S12() throws Exception {
        try (Application application = application(Setup.USUAL.withPrincipal(request -> "one tenant"))) {
            postAs(application, "alice");

            assertThat(postAs(application, "bob").headers().map()).containsKey("idempotent-replayed");
        }
    }

    private static HttpResponse<String> postAs(Application application, String user) throws Exception {
        return application.send(application
                .request("/a")
                .header("Idempotency-Key", "k")
                .header("X-User", user)
                .POST(BodyPublishers.ofString("body")));
    }

    @Test
    void fields_that_are_set_outside_of_the_filter_are_not_recorded() throws Exception {
        try (Application application = application(Setup.USUAL)) {
            assertThat(application.post("k").headers().allValues("x-outer")).containsExactly("request 1");
            assertThat(application.post("k").headers().allValues("x-outer")).containsExactly("request 2");
        }
    }

    @Test
    void a_4xx_is_replayed_and_a_refusal_is_not_recorded_S14() throws Exception {
        try (Application application = application(Setup.USUAL)) {
            application.behave((request, response) -> response.setStatus(request.getContentLength() == 0 ? 402 : 429));
            for (int i = 0; i < 2; i++) {
                assertThat(application.post("/a", "declined", "").statusCode()).isEqualTo(402);
                assertThat(application.post("/a", "throttled", "x").statusCode())
                        .isEqualTo(429);
            }
            assertThat(application.executions()).isEqualTo(3);
        }
    }

    @Test
    void what_belongs_to_one_exchange_is_not_replayed_S18() throws Exception {
        try (Application application = new Application(container, (request, response) -> {
            assertThat(request.getHeader("Accept-Encoding")).isEqualTo("identity");
            response.addCookie(new jakarta.servlet.http.Cookie("session", "secret"));
            response.setHeader("X-Request-Id", "1");
            response.setStatus(HttpServletResponse.SC_NO_CONTENT);
        })) {
            HttpResponse<String> first = application.post("k");
            HttpResponse<String> retry = application.post("k");

            assertThat(first.headers().firstValue("set-cookie").orElse("")).contains("session=secret");
            assertThat(first.headers().firstValue("x-request-id")).hasValue("1");
            assertThat(retry.statusCode()).isEqualTo(204);
            assertThat(retry.headers().map()).doesNotContainKeys("set-cookie", "x-request-id");
            assertThat(retry.headers().allValues("date")).hasSize(1);
        }
    }

    @Test
    void a_finished_operation_is_refused_where_the_route_does_not_replay_S25() throws Exception {
        Setup rejecting =
                Setup.USUAL.withRoute(route -> route.withPolicy(route.policy().withDuplicates(Duplicates.REJECT)));
        try (Application application = application(rejecting)) {
            assertThat(application.post("k").statusCode()).isEqualTo(201);
            HttpResponse<String> retry = application.post("k");

            assertThat(retry.statusCode()).isEqualTo(409);
            assertThat(retry.body()).contains("already-handled");
        }
    }

    @Test
    void preflights_allow_the_key_and_replays_are_readable_across_origins_S26() throws Exception {
        try (Application application = new Application(container, (request, response) -> {
            response.setHeader("Access-Control-Allow-Origin", "https://shop.example");
            response.setHeader("Access-Control-Allow-Headers", "content-type");
            response.getWriter().print("done");
        })) {
            HttpResponse<String> preflight = application.send(application
                    .request("/a")
                    .header("Origin", "https://shop.example")
                    .header("Access-Control-Request-Method", "POST")
                    .method("OPTIONS", BodyPublishers.noBody()));
            var request = application
                    .request("/a")
                    .header("Origin", "https://shop.example")
                    .header("Idempotency-Key", "k")
                    .POST(BodyPublishers.noBody());
            HttpResponse<String> first = application.send(request);
            HttpResponse<String> retry = application.send(request);

            assertThat(preflight.headers().firstValue("access-control-allow-headers"))
                    .hasValue("content-type, Idempotency-Key");
            for (HttpResponse<String> response : List.of(first, retry)) {
                assertThat(response.headers().allValues("access-control-allow-origin"))
                        .containsExactly("https://shop.example");
                assertThat(response.headers()
                                .firstValue("access-control-expose-headers")
                                .orElse(""))
                        .contains("Idempotent-Replayed");
            }
        }
    }

    /** Only the parameters are left of such a body, and of one in chunks nothing says that it was longer. */
    @Test
    void a_form_that_somebody_outside_has_read_is_told_from_another_form_S9() throws Exception {
        try (Application application = new Application(
                container, (request, response) -> response.getWriter().print(request.getParameter("amount")))) {
            String first = application.exchangeForm("amount=1");
            String retry = application.exchangeForm("amount=1");
            String other = application.exchangeForm("amount=2");

            assertThat(first).startsWith("HTTP/1.1 200").endsWith("1");
            assertThat(retry).contains("Idempotent-Replayed: true").endsWith("1");
            assertThat(other).startsWith("HTTP/1.1 422");
            assertThat(application.executions()).isOne();
        }
    }

    @Test
    void without_its_store_nothing_is_executed_S22() throws Exception {
        try (Application application = application(Setup.USUAL)) {
            application.store().inject(Fault.FAIL, Call.ACQUIRE);
            HttpResponse<String> refused = application.post("k");
            application.store().heal();

            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("retry-after")).isPresent();
            assertThat(application.executions()).isZero();
            assertThat(application.post("k").statusCode()).isEqualTo(201);
        }
    }

    static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
