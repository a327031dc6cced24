package dev.reprise.client;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.reprise.testkit.ScriptedServer;
import dev.reprise.testkit.ScriptedServer.Received;
import dev.reprise.testkit.ScriptedServer.Step;
import dev.reprise.testkit.SettableClock;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The client against a server that fails by a script. For each script: the same key and bytes in every attempt (C1), one
 * effect, waits within the policy (C3), and the truth about what happened (C8). Time passes when a wait begins.
 */
class ScriptTest {
    private static final String IN_PROGRESS = "{\"type\":\"https://reprise.dev/problems/in-progress\"}";
    private static final String MISMATCH = "{\"type\":\"https://reprise.dev/problems/payload-mismatch\"}";

    private final SettableClock clock = new SettableClock();
    private final List<Duration> waits = new CopyOnWriteArrayList<>();
    private final List<RetryEvent> events = new CopyOnWriteArrayList<>();
    private final ScriptedServer server = new ScriptedServer();
    private final HttpClient plain = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private Runnable duringWaits = () -> {};
    private RetryPolicy policy = RetryPolicy.considerate();

    @AfterEach
    void stop() {
        plain.shutdownNow();
        server.close();
    }

    /** The two ways to call. */
    enum Way {
        SYNC,
        ASYNC
    }

    @ParameterizedTest
    @EnumSource
    void a_call_that_works_is_sent_once(Way way) throws Exception {
        HttpResponse<String> response = post(way);

        assertThat(response.body()).isEqualTo("effect 1");
        assertReport(response, 1, false, Certainty.HAPPENED);
        assertThat(events).singleElement().isInstanceOf(RetryEvent.Ended.class);
    }

    @ParameterizedTest
    @EnumSource
    void a_server_that_refuses_connections_is_tried_again_C2(Way way) throws Exception {
        int port = freePort();
        ScriptedServer[] late = new ScriptedServer[1];
        duringWaits = () -> {
            if (waits.size() == 3) {
                late[0] = new ScriptedServer(port);
            }
        };
        HttpResponse<String> response = send(way, request(URI.create("http://127.0.0.1:" + port + "/charges")));

        assertThat(late[0].effects()).isEqualTo(1);
        assertReport(response, 4, false, Certainty.HAPPENED);
        late[0].close();
    }

    @ParameterizedTest
    @EnumSource
    void a_server_that_stays_away_did_nothing_C8(Way way) throws Exception {
        CallFailedException failed =
                failure(way, request(URI.create("http://127.0.0.1:" + freePort() + "/charges?secret=1")));

        assertThat(failed.report().certainty()).isEqualTo(Certainty.DID_NOT_HAPPEN);
        assertThat(failed.report().stop()).isEqualTo(Stop.ATTEMPTS);
        assertThat(failed.report().attempts()).isEqualTo(6);
        assertThat(failed)
                .hasMessageContaining("POST 127.0.0.1/charges with key ")
                .hasMessageContaining("It did not happen")
                .hasMessageNotContaining("secret")
                .hasCauseInstanceOf(java.net.ConnectException.class);
        assertThat(RetryReport.of(new RuntimeException(failed))).hasValue(failed.report());
    }

    @ParameterizedTest
    @EnumSource
    void a_connection_reset_before_the_work_loses_nothing_C2(Way way) throws Exception {
        script(new Step.Reset(false), new Step.Reset(false));

        assertReport(post(way), 3, false, Certainty.HAPPENED);
        assertOneOperation(3);
    }

    @ParameterizedTest
    @EnumSource
    void a_connection_reset_after_the_work_gets_the_replay_C2(Way way) throws Exception {
        script(new Step.Reset(true));

        assertReport(post(way), 2, true, Certainty.HAPPENED);
        assertOneOperation(2);
    }

    @ParameterizedTest
    @EnumSource
    void half_a_response_is_fetched_again_whole_C2(Way way) throws Exception {
        script(new Step.HalfAnswer());

        HttpResponse<String> response = post(way);

        assertThat(response.body()).isEqualTo("effect 1");
        assertReport(response, 2, true, Certainty.HAPPENED);
        assertOneOperation(2);
    }

    @ParameterizedTest
    @EnumSource
    void halves_of_responses_prove_that_it_happened_C8(Way way) throws Exception {
        policy = policy.withMaxAttempts(2);
        script(new Step.HalfAnswer(), new Step.HalfAnswer());

        CallFailedException failed = failure(way, request(server.uri("/charges")));

        assertThat(failed.report().certainty()).isEqualTo(Certainty.HAPPENED);
        assertThat(failed).hasMessageContaining("only the answer is lost");
    }

    @ParameterizedTest
    @EnumSource
    void a_server_that_stalls_is_given_up_and_asked_again_C5(Way way) throws Exception {
        policy = policy.withTimeLimits(Duration.ofMinutes(1), Duration.ofMillis(300));
        script(new Step.Stall(false), new Step.Stall(true));

        assertReport(post(way), 3, true, Certainty.HAPPENED);
        assertOneOperation(3);
    }

    @ParameterizedTest
    @EnumSource
    void a_stall_to_the_end_may_have_happened_C8(Way way) throws Exception {
        policy = policy.withTimeLimits(Duration.ofMinutes(1), Duration.ofMillis(200))
                .withMaxAttempts(2);
        script(new Step.Stall(false), new Step.Stall(false));

        CallFailedException failed = failure(way, request(server.uri("/charges")));

        assertThat(failed.report().certainty()).isEqualTo(Certainty.MAY_HAVE_HAPPENED);
        assertThat(failed).hasMessageContaining("safe with the same key");
        assertOneOperation(2);
    }

    @ParameterizedTest
    @EnumSource
    void an_operation_in_progress_is_asked_for_again_C2(Way way) throws Exception {
        script(new Step.Answer(409, IN_PROGRESS, "Retry-After", "2"), new Step.Answer(409, IN_PROGRESS));

        assertReport(post(way), 3, false, Certainty.HAPPENED);
        assertOneOperation(3);
        assertThat(waits.get(0)).isBetween(Duration.ofSeconds(2), Duration.ofMillis(2200));
    }

    @ParameterizedTest
    @EnumSource
    void any_other_409_is_the_answer_with_its_whole_body_C2(Way way) throws Exception {
        String body = "{\"type\":\"https://shop.example/sold-out\"}" + "x".repeat(100_000);
        script(new Step.Answer(409, body));

        HttpResponse<String> response = post(way);

        assertThat(response.body()).isEqualTo(body);
        assertReport(response, 1, false, Certainty.REFUSED);
    }

    @ParameterizedTest
    @EnumSource
    void a_server_says_in_every_form_when_to_come_again_C4(Way way) throws Exception {
        script(
                new Step.Answer(503, "", "Retry-After", "3"),
                new Step.Answer(503, "", "Retry-After", "Thu, 01 Jan 2026 00:00:10 GMT"),
                new Step.Answer(503, "", "Retry-After", "Thursday, 01-Jan-26 00:00:20 GMT"),
                new Step.Answer(503, "", "Retry-After", "Thu Jan  1 00:00:30 2026"));

        assertReport(post(way), 5, false, Certainty.HAPPENED);
        assertOneOperation(5);
        assertThat(waits.get(0)).isBetween(Duration.ofSeconds(3), Duration.ofMillis(3200));
        assertThat(waits.get(1)).isBetween(Duration.ofMillis(6800), Duration.ofMillis(7400));
        assertThat(clock.instant()).isBetween("2026-01-01T00:00:30Z", "2026-01-01T00:00:31.600Z");
    }

    @ParameterizedTest
    @EnumSource
    void a_server_that_asks_for_more_time_than_there_is_gets_no_retry_C5(Way way) throws Exception {
        script(new Step.Answer(503, "later", "Retry-After", "60"));

        HttpResponse<String> response = post(way);

        assertThat(response.body()).isEqualTo("later");
        assertReport(response, 1, false, Certainty.MAY_HAVE_HAPPENED);
        assertThat(report(response).stop()).isEqualTo(Stop.DEADLINE);
        assertThat(waits).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void a_wait_that_lasts_until_after_the_deadline_is_followed_by_nothing_C5(Way way) {
        script(new Step.Answer(503, ""));
        duringWaits = () -> clock.advance(Duration.ofMinutes(2));

        CallFailedException failed = failure(way, request(server.uri("/charges")));

        assertThat(failed.report().stop()).isEqualTo(Stop.DEADLINE);
        assertThat(failed.report().certainty()).isEqualTo(Certainty.MAY_HAVE_HAPPENED);
        assertThat(server.received()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void a_replayed_failure_is_final_C2(Way way) throws Exception {
        script(new Step.Answer(500, "recorded", "Idempotent-Replayed", "true"));

        HttpResponse<String> response = post(way);

        assertThat(response.body()).isEqualTo("recorded");
        assertReport(response, 1, true, Certainty.MAY_HAVE_HAPPENED);
    }

    @ParameterizedTest
    @EnumSource
    void a_mismatch_is_final_C2(Way way) throws Exception {
        script(new Step.Answer(422, MISMATCH));

        assertReport(post(way), 1, false, Certainty.REFUSED);
    }

    @ParameterizedTest
    @EnumSource
    void a_429_after_a_reset_leaves_it_open_C10(Way way) throws Exception {
        policy = policy.withMaxAttempts(2);
        script(new Step.Reset(true), new Step.Answer(429, "slow down"));

        HttpResponse<String> response = post(way);

        assertThat(response.body()).isEqualTo("slow down");
        assertReport(response, 2, false, Certainty.MAY_HAVE_HAPPENED);
        assertThat(report(response).stop()).isEqualTo(Stop.ATTEMPTS);
    }

    @ParameterizedTest
    @EnumSource
    void the_last_answer_is_returned_marked_when_the_budget_is_used_up_C6(Way way) throws Exception {
        policy = policy.withBudget(new RetryBudget(2, 0)).withMaxAttempts(10);
        script(new Step.Answer(503, "1"), new Step.Answer(503, "2"), new Step.Answer(503, "3"));

        HttpResponse<String> response = post(way);

        assertThat(response.body()).isEqualTo("3");
        assertThat(report(response).stop()).isEqualTo(Stop.BUDGET);
    }

    @ParameterizedTest
    @EnumSource
    void nothing_is_resent_when_the_server_may_have_forgotten_the_key_C7(Way way) throws Exception {
        script(new Step.Answer(503, "", "Idempotency-Retention", "2", "Retry-After", "3"));

        HttpResponse<String> response = post(way);

        assertThat(report(response).stop()).isEqualTo(Stop.RETENTION);
        assertThat(server.received()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void a_request_without_a_key_is_not_repeated_once_it_was_sent_C2(Way way) throws Exception {
        script(new Step.Reset(true));
        Retries unkeyed = retries()
                .profile(KeyProfile.ietf().withMethods(java.util.Set.of()))
                .build();

        CallFailedException failed = failure(way, unkeyed, request(server.uri("/charges")));

        assertThat(failed.report().certainty()).isEqualTo(Certainty.MAY_HAVE_HAPPENED);
        assertThat(failed).hasMessageContaining("ask the server before doing it again");
        assertThat(server.received()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void a_server_may_overrule_C2(Way way) throws Exception {
        script(
                new Step.Answer(400, "", "Stripe-Should-Retry", "true"),
                new Step.Answer(500, "no", "Stripe-Should-Retry", "false"));

        HttpResponse<String> response = post(way);

        assertThat(response.body()).isEqualTo("no");
        assertReport(response, 2, false, Certainty.MAY_HAVE_HAPPENED);
    }

    @Test
    void a_clock_that_jumps_back_or_ahead_ends_no_call_and_sends_nothing_twice_C5() throws Exception {
        script(new Step.Answer(503, ""), new Step.Answer(503, ""));
        List<Duration> jumps = List.of(Duration.ofDays(-400), Duration.ofDays(400));
        SettableClock jumping = new SettableClock();
        duringWaits = () -> jumping.advance(jumps.get(waits.size() - 1));
        Retries retries = retries().clocks(jumping, clock::nanoTime).build();

        assertReport(send(Way.SYNC, retries, request(server.uri("/charges"))), 3, false, Certainty.HAPPENED);
        assertOneOperation(3);
    }

    private void script(Step... steps) {
        List.of(steps).forEach(server::next);
    }

    /** C1: one key and one body, however many attempts, and one effect at most. */
    private void assertOneOperation(int attempts) {
        assertThat(server.received()).hasSize(attempts);
        assertThat(server.received().stream().map(Received::body).collect(toSet()))
                .containsExactly("amount=1000");
        assertThat(server.received().stream()
                        .map(request -> request.field("idempotency-key").orElse("none"))
                        .collect(toSet()))
                .singleElement()
                .asString()
                .matches("\"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\"");
        assertThat(server.effects()).isEqualTo(1);
    }

    private void assertReport(HttpResponse<?> response, int attempts, boolean replayed, Certainty certainty) {
        RetryReport report = report(response);
        assertThat(report.attempts()).isEqualTo(attempts);
        assertThat(report.waits()).isEqualTo(waits).hasSize(attempts - 1);
        assertThat(report.replayed()).isEqualTo(replayed);
        assertThat(report.certainty()).isEqualTo(certainty);
        assertThat(events).hasSize(attempts);
        assertThat(events.getLast())
                .isInstanceOfSatisfying(
                        RetryEvent.Ended.class,
                        ended -> assertThat(ended.report()).isEqualTo(report));
        for (int i = 0; i < waits.size(); i++) {
            Duration floor = Duration.ofSeconds(35);
            assertThat(waits.get(i)).isBetween(Duration.ZERO, floor.plus(Duration.ofMillis(200L << i)));
        }
    }

    private static RetryReport report(HttpResponse<?> response) {
        return RetryReport.of(response).orElseThrow();
    }

    private HttpResponse<String> post(Way way) throws Exception {
        return send(way, request(server.uri("/charges")));
    }

    private static HttpRequest request(URI uri) {
        return HttpRequest.newBuilder(uri)
                .POST(BodyPublishers.ofString("amount=1000"))
                .build();
    }

    private HttpResponse<String> send(Way way, HttpRequest request) throws Exception {
        return send(way, retries().build(), request);
    }

    private HttpResponse<String> send(Way way, Retries retries, HttpRequest request) throws Exception {
        RetryingHttpClient client = RetryingHttpClient.of(plain, retries);
        return switch (way) {
            case SYNC -> client.send(request, BodyHandlers.ofString());
            case ASYNC -> {
                try {
                    yield client.sendAsync(request, BodyHandlers.ofString()).join();
                } catch (CompletionException e) {
                    Throwable cause = e.getCause();
                    throw cause instanceof IOException failed ? failed : e;
                }
            }
        };
    }

    private CallFailedException failure(Way way, HttpRequest request) {
        return failure(way, retries().build(), request);
    }

    private CallFailedException failure(Way way, Retries retries, HttpRequest request) {
        @Nullable
        CallFailedException failed = catchThrowableOfType(CallFailedException.class, () -> send(way, retries, request));
        assertThat(failed).isNotNull();
        return failed;
    }

    private Retries.Builder retries() {
        return Retries.builder()
                .policy(policy)
                .clocks(clock, clock::nanoTime)
                .listener(events::add)
                .timer(this::pass);
    }

    private CompletableFuture<Void> pass(Duration delay) {
        waits.add(delay);
        clock.advance(delay);
        duringWaits.run();
        return CompletableFuture.completedFuture(null);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
