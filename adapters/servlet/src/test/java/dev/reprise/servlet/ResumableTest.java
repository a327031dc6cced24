package dev.reprise.servlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.OperationPolicy;
import dev.reprise.OperationType;
import dev.reprise.Response;
import dev.reprise.http.Cors;
import dev.reprise.http.HttpIdempotency;
import dev.reprise.http.HttpNames;
import dev.reprise.http.Route;
import dev.reprise.memory.MemoryDatabase;
import dev.reprise.memory.MemoryTransaction;
import dev.reprise.resumable.Codecs;
import dev.reprise.resumable.Resumable;
import dev.reprise.resumable.ResumableEngine;
import dev.reprise.resumable.ResumableExecution;
import dev.reprise.resumable.ResumablePolicy;
import dev.reprise.resumable.Steps;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A servlet that runs an operation of several steps under the key of its request (P11). */
@ParameterizedClass
@EnumSource
class ResumableTest {
    private static final Route RIDES = Route.of("/rides").withKeyRequired(true).withAnswersAt("/rides/answers");

    /** A route that lets its callers wait. */
    private static final Route PATIENT = Route.of("/patient-rides")
            .withKeyRequired(true)
            .withAnswersAt("/patient-rides/answers")
            .withPolicy(OperationPolicy.DEFAULT.withMaxWait(Duration.ofMinutes(1)));

    @Parameter
    private Container container = Container.JETTY;

    private final List<String> effects = new CopyOnWriteArrayList<>();
    private final CountDownLatch cardMayBeCharged = new CountDownLatch(1);
    private volatile boolean paymentsAreDown;

    private final Resumable<String, Response, MemoryTransaction> bookRide =
            Resumable.<String, MemoryTransaction>answering(
                            new OperationType("book-ride", 1), Codecs.builtIn().of(String.class), this::book)
                    .with(ResumablePolicy.DEFAULT.withAttempts(9, Duration.ofMillis(1), Duration.ofMillis(1)));
    private final MemoryDatabase database = new MemoryDatabase(InstantSource.system());
    private final ResumableEngine<MemoryTransaction> engine =
            ResumableEngine.over(database, database).register(bookRide).build();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private Container.Running running = new Container.Running(0, () -> {});

    private Response book(String to, Steps<MemoryTransaction> steps) {
        steps.local("create ride", transaction -> transaction.onCommit(() -> effects.add("ride " + to)));
        if (to.equals("later")) {
            steps.remote("wait for the card", String.class, key -> {
                cardMayBeCharged.await();
                return "it is there";
            });
        }
        steps.remote("charge card", String.class, key -> {
            if (paymentsAreDown) {
                throw new IOException("The payment service is down");
            }
            effects.add("charge");
            return "charged";
        });
        return new Response(
                201, Headers.of("Location", "/rides/1"), Body.of(("booked " + to).getBytes(StandardCharsets.UTF_8)));
    }

    private final class Rides extends HttpServlet {
        @Serial
        private static final long serialVersionUID = 1;

        @Override
        protected void doOptions(HttpServletRequest request, HttpServletResponse response) {
            response.setHeader("Access-Control-Allow-Origin", "https://shop.example");
        }

        @Override
        protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
            String to = new String(request.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (to.isEmpty()) {
                response.setStatus(422);
                response.getWriter().print("Where to?");
                return;
            }
            if (to.equals("nowhere")) {
                throw new IllegalStateException("The handler fails before it runs anything");
            }
            ResumableExecution ride = (ResumableExecution) request.getAttribute(IdempotencyFilter.EXECUTION);
            ride.run(bookRide, to);
            response.getWriter().print("what a handler writes beside it");
        }
    }

    @BeforeEach
    void start() throws Exception {
        HttpIdempotency idempotency = new HttpIdempotency(
                engine, List.of(RIDES, PATIENT), HttpNames.DEFAULT, new Cors(Set.of("https://shop.example"), false));
        IdempotencyFilter filter =
                new IdempotencyFilter(idempotency, request -> String.valueOf(request.getHeader("X-User")));
        running = container.start(Deployment.of(new Rides())
                .behind(filter, Deployment.USUAL_DISPATCHES)
                .withContextPath("/shop"));
    }

    @AfterEach
    void stop() throws Exception {
        cardMayBeCharged.countDown();
        client.shutdownNow();
        running.stop().stop();
        engine.close();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + running.port() + path))
                .header("X-User", "alice");
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> book(String key, String to, String... fields) throws Exception {
        HttpRequest.Builder request =
                request("/shop/rides").header("Idempotency-Key", key).POST(BodyPublishers.ofString(to));
        return send(fields.length == 0 ? request : request.headers(fields));
    }

    @Test
    void the_caller_gets_what_the_operation_answered_and_so_do_retries_S7_P11() throws Exception {
        HttpResponse<String> first = book("k", "the airport");
        HttpResponse<String> retry = book("k", "the airport");

        assertThat(first.statusCode()).isEqualTo(201);
        assertThat(first.body()).isEqualTo("booked the airport");
        assertThat(first.headers().firstValue("location")).hasValue("/rides/1");
        assertThat(first.headers().map()).doesNotContainKey("idempotent-replayed");
        assertThat(retry.statusCode()).isEqualTo(201);
        assertThat(retry.body()).isEqualTo("booked the airport");
        assertThat(retry.headers().firstValue("idempotent-replayed")).hasValue("true");
        assertThat(effects).containsExactly("ride the airport", "charge");
    }

    @Test
    void a_retry_goes_on_where_a_failed_run_ended_P8_P10() throws Exception {
        paymentsAreDown = true;
        HttpResponse<String> failed = book("k", "the airport");
        paymentsAreDown = false;

        assertThat(failed.statusCode()).isEqualTo(409);
        assertThat(failed.body()).contains("in-progress");
        assertThat(failed.headers().firstValue("retry-after")).isPresent();
        await().untilAsserted(
                        () -> assertThat(book("k", "the airport").statusCode()).isEqualTo(201));
        assertThat(effects).containsExactly("ride the airport", "charge");
    }

    @Test
    void another_request_under_the_key_is_refused_S9() throws Exception {
        book("k", "the airport");

        assertThat(book("k", "the station").statusCode()).isEqualTo(422);
        assertThat(effects).containsExactly("ride the airport", "charge");
    }

    @Test
    void what_a_handler_answers_without_running_it_is_not_recorded_and_leaves_the_key_free_P11() throws Exception {
        HttpResponse<String> refused = book("k", "");

        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body()).isEqualTo("Where to?");
        assertThat(book("k", "the airport").statusCode()).isEqualTo(201);
    }

    @Test
    void a_handler_that_throws_before_it_runs_it_leaves_the_key_free_P11() throws Exception {
        HttpResponse<String> failed = book("k", "nowhere");

        assertThat(failed.statusCode()).isEqualTo(500);
        assertThat(effects).isEmpty();
        assertThat(book("k", "the airport").statusCode()).isEqualTo(201);
    }

    @Test
    void who_does_not_want_to_wait_asks_later_for_the_answer_P11() throws Exception {
        HttpResponse<String> accepted = book("a/../key?", "later", "Prefer", "respond-async");

        assertThat(accepted.statusCode()).isEqualTo(202);
        assertThat(accepted.headers().firstValue("retry-after")).hasValue("1");
        String location = accepted.headers().firstValue("location").orElseThrow();
        assertThat(location).isEqualTo("/shop/rides/answers?key=a%2F..%2Fkey%3F");
        assertThat(send(request(location)).statusCode()).isEqualTo(202);
        assertThat(send(request(location).setHeader("X-User", "bob")).statusCode())
                .as("another caller's operation (S12)")
                .isEqualTo(404);

        cardMayBeCharged.countDown();

        await().untilAsserted(
                        () -> assertThat(send(request(location)).statusCode()).isEqualTo(201));
        HttpResponse<String> answer = send(request(location));
        assertThat(answer.body()).isEqualTo("booked later");
        assertThat(answer.headers().firstValue("idempotent-replayed")).hasValue("true");
        assertThat(answer.headers().allValues("cache-control"))
                .as("nobody in between keeps what is one caller's (S12)")
                .containsExactly("no-store");
        assertThat(book("a/../key?", "later").body()).isEqualTo("booked later");
        assertThat(effects).containsExactly("ride later", "charge");
    }

    @Test
    void who_waits_for_some_time_before_gets_an_answer_that_comes_in_it_P11() throws Exception {
        HttpResponse<String> answer = send(request("/shop/patient-rides")
                .header("Idempotency-Key", "k")
                .header("Prefer", "respond-async, wait=60")
                .POST(BodyPublishers.ofString("the airport")));

        assertThat(answer.statusCode()).isEqualTo(201);
        assertThat(answer.body()).isEqualTo("booked the airport");
    }

    @Test
    void a_page_may_say_that_it_does_not_wait_and_read_where_to_ask_S26_P11() throws Exception {
        HttpResponse<String> preflight = send(request("/shop/rides")
                .method("OPTIONS", BodyPublishers.noBody())
                .header("Origin", "https://shop.example")
                .header("Access-Control-Request-Method", "POST"));
        HttpResponse<String> accepted = send(request("/shop/rides")
                .header("Origin", "https://shop.example")
                .header("Idempotency-Key", "k")
                .header("Prefer", "respond-async")
                .POST(BodyPublishers.ofString("later")));

        assertThat(preflight
                        .headers()
                        .firstValue("access-control-allow-headers")
                        .orElseThrow())
                .contains("Prefer");
        assertThat(accepted.statusCode()).isEqualTo(202);
        assertThat(accepted.headers()
                        .firstValue("access-control-expose-headers")
                        .orElseThrow())
                .contains("Location", "Retry-After");
    }

    @Test
    void whoever_asks_for_what_is_not_there_executes_nothing_P11() throws Exception {
        assertThat(send(request("/shop/rides/answers?key=k")).body()).contains("no-such-operation");
        assertThat(send(request("/shop/rides/answers")).statusCode()).isEqualTo(400);
        assertThat(send(request("/shop/rides/answers?key=")).statusCode()).isEqualTo(400);
        assertThat(effects).isEmpty();
    }
}
