package dev.reprise.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reprise.OperationPolicy.Uncertain;
import dev.reprise.http.Effects;
import dev.reprise.servlet.Application.Behaviour;
import dev.reprise.servlet.Application.Setup;
import dev.reprise.testkit.FaultyStore.Call;
import dev.reprise.testkit.FaultyStore.Fault;
import dev.reprise.testkit.RawClient;
import jakarta.servlet.AsyncContext;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of operations when the application, the store or the caller fails, or the answer is too long. */
@ParameterizedClass
@EnumSource
class FailureTest {
    private static final Behaviour THROWING = (request, response) -> {
        response.getWriter().print("half");
        throw new IllegalStateException("as the test wants");
    };

    @Parameter
    private Container container = Container.JETTY;

    @Test
    void an_exception_reaches_the_container_and_leaves_the_outcome_unknown_S15() throws Exception {
        try (Application application = new Application(container, THROWING)) {
            HttpResponse<String> first = application.post("k");
            HttpResponse<String> retry = application.post("k");

            assertThat(first.statusCode()).isEqualTo(500);
            assertThat(first.body()).doesNotContain("half");
            assertThat(retry.statusCode()).isEqualTo(409);
            assertThat(retry.body()).contains("outcome-unknown");
            assertThat(application.executions()).isOne();
        }
    }

    @Test
    void an_exception_frees_the_key_where_errors_have_no_effect_or_handlers_are_safe_to_run_again_S15()
            throws Exception {
        for (Setup setup : new Setup[] {
            Setup.USUAL.withRoute(route -> route.withEffects(Effects.DEFAULT.withNone("5xx"))),
            Setup.USUAL.withRoute(route -> route.withPolicy(route.policy().withUncertain(Uncertain.RERUN)))
        }) {
            try (Application application = new Application(container, setup, THROWING)) {
                assertThat(application.post("k").statusCode()).isEqualTo(500);
                application.behave((request, response) -> response.setStatus(201));

                assertThat(application.post("k").statusCode()).isEqualTo(201);
                assertThat(application.executions()).isEqualTo(2);
            }
        }
    }

    @Test
    void a_5xx_is_uncertain_unless_the_application_declares_that_it_had_no_effect_S15() throws Exception {
        try (Application application = new Application(container, (request, response) -> {
            if (request.getContentLength() == 0) {
                response.setHeader("Idempotency-Effect", "none");
            }
            response.setStatus(503);
            response.getWriter().print("broken");
        })) {
            assertThat(application.post("/a", "uncertain", "x").body()).isEqualTo("broken");
            assertThat(application.post("/a", "uncertain", "x").body()).contains("outcome-unknown");

            HttpResponse<String> declared = application.post("/a", "declared", "");
            assertThat(declared.headers().map()).doesNotContainKey("idempotency-effect");
            assertThat(application.post("/a", "declared", "").body()).isEqualTo("broken");
            assertThat(application.executions()).isEqualTo(3);
        }
    }

    @Test
    void an_answer_that_is_shorter_than_it_says_is_no_answer_S15() throws Exception {
        try (Application application = new Application(container, (request, response) -> {
            response.setContentLength(100);
            response.getWriter().print("short");
        })) {
            HttpResponse<String> first = application.post("k");

            assertThat(first.statusCode()).isEqualTo(500);
            assertThat(first.body()).contains("outcome-unknown").doesNotContain("short");
            assertThat(first.headers().firstValue("content-type")).hasValue("application/problem+json");
            assertThat(application.post("k").body()).contains("outcome-unknown");
            assertThat(application.executions()).isOne();
        }
    }

    @Test
    void a_status_that_is_none_is_no_answer_S15() throws Exception {
        try (Application application = new Application(container, (request, response) -> response.setStatus(999))) {
            assertThat(application.post("k").statusCode()).isEqualTo(500);
            assertThat(application.post("k").body()).contains("outcome-unknown");
            assertThat(application.executions()).isOne();
        }
    }

    @Test
    void a_form_that_cannot_be_read_is_the_callers_fault_and_leaves_the_outcome_unknown_S15() throws Exception {
        try (Application application = new Application(
                container, (request, response) -> response.getWriter().print(request.getParameter("a")))) {
            var request = application
                    .request("/a")
                    .header("Idempotency-Key", "k")
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(BodyPublishers.ofString("a=%zz"));

            assertThat(application.send(request).statusCode()).isEqualTo(400);
            assertThat(application.send(request).body()).contains("outcome-unknown");
            assertThat(application.executions()).isOne();
        }
    }

    @Test
    void an_answer_whose_record_is_not_durable_does_not_go_out_S19() throws Exception {
        try (Application application = new Application(container, (request, response) -> {
            response.setHeader("X-Secret", "1");
            response.getWriter().print("done");
            response.flushBuffer();
        })) {
            application.store().inject(Fault.FAIL, Call.COMPLETE);
            HttpResponse<String> first = application.post("k");

            assertThat(first.statusCode()).isEqualTo(409);
            assertThat(first.body()).contains("in-progress").doesNotContain("done");
            assertThat(first.headers().map()).doesNotContainKey("x-secret");

            application.store().heal();
            await().untilAsserted(() -> assertThat(application.post("k").body()).isEqualTo("done"));
            assertThat(application.executions()).isOne();
        }
    }

    @Test
    void a_long_answer_whose_record_is_not_durable_does_not_go_out_S19_S21() throws Exception {
        Setup small = Setup.USUAL.withRoute(route -> route.withMaxResponseBody(10));
        try (Application application = new Application(
                container,
                small,
                (request, response) -> response.getOutputStream().print("x".repeat(100_000)))) {
            application.store().inject(Fault.FAIL, Call.COMPLETE);

            assertThat(application.post("k").body()).contains("in-progress").doesNotContain("xxx");
        }
    }

    @Test
    void a_caller_that_is_gone_changes_nothing_S19_S20() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        String large = "x".repeat(900_000);
        try (Application application = new Application(container, (request, response) -> {
            started.countDown();
            ReplayTest.await(go);
            response.getWriter().print(large);
        })) {
            try (RawClient client = new RawClient(application.port())) {
                client.send(Application.head("k"));
                ReplayTest.await(started);
                client.reset();
            }
            go.countDown();

            await().untilAsserted(() ->
                    assertThat(application.post("/a", "k", "").body()).isEqualTo(large));
            assertThat(application.executions()).isOne();
        }
    }

    @Test
    void a_caller_that_is_gone_while_a_long_answer_goes_out_changes_nothing_S20_S21() throws Exception {
        Setup small = Setup.USUAL.withRoute(route -> route.withMaxResponseBody(10));
        CompletableFuture<Boolean> finished = new CompletableFuture<>();
        CountDownLatch go = new CountDownLatch(1);
        try (Application application = new Application(container, small, (request, response) -> {
            response.getOutputStream().print("x".repeat(20));
            response.flushBuffer();
            ReplayTest.await(go);
            for (int i = 0; i < 100; i++) {
                response.getOutputStream().print("x".repeat(100_000));
                response.flushBuffer();
            }
            finished.complete(true);
        })) {
            try (RawClient client = new RawClient(application.port())) {
                client.send(Application.head("k"));
                client.readUntil("xxx");
                client.reset();
            }
            go.countDown();

            assertThat(finished.get()).as("the application is not disturbed").isTrue();
            HttpResponse<String> retry = application.post("/a", "k", "");
            assertThat(retry.headers().firstValue("idempotent-body-omitted")).hasValue("true");
            assertThat(application.executions()).isOne();
        }
    }

    @Test
    void a_request_that_is_cut_short_is_neither_executed_nor_recorded_S20() throws Exception {
        try (Application application = new Application(container, (request, response) -> response.setStatus(201))) {
            try (RawClient client = new RawClient(application.port())) {
                client.send("POST /a HTTP/1.1\nHost: x\nIdempotency-Key: k\nContent-Length: 10\n\n12345");
                client.finish();
                client.readToEnd();
            }

            assertThat(application.executions()).isZero();
            assertThat(application.post("/a", "k", "other").statusCode())
                    .as("no record, so no mismatch")
                    .isEqualTo(201);
        }
    }

    @Test
    void a_long_answer_goes_out_whole_and_its_record_says_that_the_body_was_left_out_S21() throws Exception {
        Setup small = Setup.USUAL.withRoute(route -> route.withMaxResponseBody(1_000));
        String large = "x".repeat(300_000);
        try (Application application = new Application(container, small, (request, response) -> {
            response.setStatus(201);
            response.setHeader("X-Custom", "1");
            response.setContentLength(request.getContentLength() == 0 ? -1 : 300_000);
            for (int i = 0; i < 300; i++) {
                response.getWriter().print("x".repeat(1_000));
            }
        })) {
            for (String body : new String[] {"", "declared"}) {
                HttpResponse<String> first = application.post("/a", "k" + body, body);
                HttpResponse<String> retry = application.post("/a", "k" + body, body);

                assertThat(first.statusCode()).isEqualTo(201);
                assertThat(first.body()).isEqualTo(large);
                assertThat(first.headers().map()).doesNotContainKey("idempotent-body-omitted");
                assertThat(retry.statusCode()).isEqualTo(201);
                assertThat(retry.body()).isEmpty();
                assertThat(retry.headers().firstValue("x-custom")).hasValue("1");
                assertThat(retry.headers().firstValue("idempotent-body-omitted"))
                        .hasValue("true");
            }
            assertThat(application.executions()).isEqualTo(2);
        }
    }

    @Test
    void events_go_out_when_they_are_flushed_and_the_stream_is_recorded_without_them_S21() throws Exception {
        CompletableFuture<AsyncContext> stream = new CompletableFuture<>();
        try (Application application = new Application(container, (request, response) -> {
            response.setContentType("text/event-stream");
            response.getOutputStream().print("data: 1\n\n");
            response.flushBuffer();
            AsyncContext async = request.startAsync();
            async.setTimeout(0);
            stream.complete(async);
        })) {
            HttpResponse<Stream<String>> first = application
                    .client()
                    .send(
                            application
                                    .request("/a")
                                    .header("Idempotency-Key", "k")
                                    .POST(BodyPublishers.noBody())
                                    .build(),
                            BodyHandlers.ofLines());
            Iterator<String> events = first.body().iterator();
            assertThat(events.next()).isEqualTo("data: 1");
            HttpResponse<String> retry = application.post("/a", "k", "");
            end(stream.get());

            assertThat(events.next()).isEmpty();
            assertThat(events.next()).isEqualTo("data: 2");
            assertThat(retry.headers().firstValue("idempotent-body-omitted")).hasValue("true");
            assertThat(application.executions()).isOne();
        }
    }

    private static void end(AsyncContext stream) throws IOException {
        stream.getResponse().getOutputStream().print("data: 2\n\n");
        stream.complete();
    }
}
