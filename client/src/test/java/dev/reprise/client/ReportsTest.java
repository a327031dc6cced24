package dev.reprise.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.reprise.testkit.ScriptedServer.Step;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whoever breaks a call off, and whatever fails in it, the report is with the failure (C8, C9). */
class ReportsTest {
    private static final Duration HEDGE_AFTER = Duration.ofMillis(123);

    private final Calls calls = new Calls();
    private final List<RetryEvent> events = new CopyOnWriteArrayList<>();
    private final AtomicBoolean waiting = new AtomicBoolean();

    @AfterEach
    void stop() {
        calls.close();
    }

    /** The ways to call. */
    enum Way {
        SYNC,
        ASYNC,
        HEDGED
    }

    /** When a call is broken off, and what is certain then. */
    enum When {
        WITHOUT_A_KEY(0, Certainty.DID_NOT_HAPPEN),
        IN_THE_EXCHANGE(1, Certainty.MAY_HAVE_HAPPENED),
        IN_THE_BODY(1, Certainty.HAPPENED),
        WHILE_IT_WAITS(1, Certainty.DID_NOT_HAPPEN);

        private final int attempts;
        private final Certainty certainty;

        When(int attempts, Certainty certainty) {
            this.attempts = attempts;
            this.certainty = certainty;
        }
    }

    private RetryingHttpClient client(Way way, When when) {
        switch (when) {
            case WITHOUT_A_KEY -> {}
            case IN_THE_EXCHANGE -> calls.server.next(new Step.Stall(false));
            case IN_THE_BODY -> calls.server.next(new Step.Stall(true));
            case WHILE_IT_WAITS -> calls.server.next(new Step.Answer(429, ""));
        }
        Retries.Builder retries = Retries.builder()
                .policy(policy(way))
                .listener(events::add)
                .timer(delay -> {
                    waiting.set(!delay.equals(HEDGE_AFTER));
                    return new CompletableFuture<>();
                });
        return calls.client(
                when == When.WITHOUT_A_KEY
                        ? retries.keys(request -> {
                            waiting.set(true);
                            return new CompletableFuture<>();
                        })
                        : retries);
    }

    /** Waits are over at once, and hedges never due. */
    private static Retries.Builder hasty() {
        return Retries.builder()
                .timer(delay -> delay.equals(HEDGE_AFTER)
                        ? new CompletableFuture<>()
                        : CompletableFuture.completedFuture(null));
    }

    private static RetryPolicy policy(Way way) {
        return way == Way.HEDGED ? RetryPolicy.considerate().withHedging(HEDGE_AFTER) : RetryPolicy.considerate();
    }

    private void awaitThat(When when, RetryReadiness body) {
        switch (when) {
            case WITHOUT_A_KEY, WHILE_IT_WAITS -> await().untilTrue(waiting);
            case IN_THE_EXCHANGE -> await().until(() -> calls.server.received().size() == 1);
            case IN_THE_BODY -> await().untilTrue(body.begun());
        }
    }

    /** Whether the body of the answer has begun to come. */
    private record RetryReadiness(AtomicBoolean begun) {}

    private HttpResponse.BodyHandler<String> handler(RetryReadiness body) {
        return info -> {
            body.begun().set(true);
            return HttpResponse.BodySubscribers.ofString(java.nio.charset.StandardCharsets.UTF_8);
        };
    }

    private void assertReport(@Nullable Throwable failure, When when) {
        RetryReport report = RetryReport.of(Objects.requireNonNull(failure, "no failure"))
                .orElseThrow(() -> new AssertionError("no report", failure));
        assertThat(report.stop()).isEqualTo(StopReason.CLOSED);
        assertThat(report.attempts()).isEqualTo(when.attempts);
        assertThat(report.certainty()).isEqualTo(when.certainty);
        assertThat(report.key() == null).isEqualTo(when == When.WITHOUT_A_KEY);
        await().until(() -> events.stream().anyMatch(RetryEvent.Ended.class::isInstance));
        assertThat(events)
                .filteredOn(RetryEvent.Ended.class::isInstance)
                .singleElement()
                .isInstanceOfSatisfying(
                        RetryEvent.Ended.class,
                        ended -> assertThat(ended.report()).isEqualTo(report));
    }

    @ParameterizedTest
    @EnumSource
    void an_interrupt_of_a_blocking_call_has_its_report_C8_C9(When when) throws Exception {
        assertInterrupted(Way.SYNC, when);
    }

    @ParameterizedTest
    @EnumSource
    void an_interrupt_of_a_hedged_call_has_its_report_C8_C9(When when) throws Exception {
        assertInterrupted(Way.HEDGED, when);
    }

    private void assertInterrupted(Way way, When when) throws InterruptedException {
        RetryingHttpClient client = client(way, when);
        RetryReadiness body = new RetryReadiness(new AtomicBoolean());
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        Thread caller = Thread.ofPlatform()
                .start(() -> failure.set(
                        catchThrowable(() -> client.send(calls.request().build(), handler(body)))));
        awaitThat(when, body);

        caller.interrupt();
        caller.join();

        assertThat(failure.get()).isInstanceOf(InterruptedException.class);
        assertReport(failure.get(), when);
    }

    @ParameterizedTest
    @EnumSource
    void a_cancelled_call_has_its_report_C8_C9(When when) {
        RetryReadiness body = new RetryReadiness(new AtomicBoolean());
        CompletableFuture<HttpResponse<String>> call =
                client(Way.ASYNC, when).sendAsync(calls.request().build(), handler(body));
        CompletableFuture<String> dependent = call.thenApply(HttpResponse::body);
        awaitThat(when, body);

        assertThat(call.cancel(true)).isTrue();

        assertThat(call).isCancelled();
        Throwable failure = catchThrowable(() -> call.get(10, TimeUnit.SECONDS));
        assertThat(failure).isInstanceOf(CancellationException.class);
        assertReport(failure, when);
        assertReport(catchThrowable(call::join), when);
        assertReport(catchThrowable(dependent::join), when);
        assertThat(call.cancel(true)).as("again").isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void a_call_that_times_out_for_its_caller_has_its_report_C8_C9(When when) {
        RetryReadiness body = new RetryReadiness(new AtomicBoolean());
        CompletableFuture<HttpResponse<String>> call =
                client(Way.ASYNC, when).sendAsync(calls.request().build(), handler(body));
        awaitThat(when, body);

        assertThat(call.completeExceptionally(new TimeoutException("of a test")))
                .isTrue();

        Throwable failure = catchThrowable(() -> call.get(10, TimeUnit.SECONDS));
        assertThat(failure).isInstanceOf(ExecutionException.class).hasCauseInstanceOf(TimeoutException.class);
        assertReport(failure, when);
        assertThat(call.cancel(true)).isFalse();
        assertThat(call.completeExceptionally(new IOException())).isFalse();
    }

    @Test
    void a_caller_who_has_an_answer_of_his_own_is_not_told_otherwise() throws Exception {
        HttpResponse<String> own = calls.client().send(calls.request().build(), BodyHandlers.ofString());
        CompletableFuture<HttpResponse<String>> call =
                client(Way.ASYNC, When.WHILE_IT_WAITS).sendAsync(calls.request().build(), BodyHandlers.ofString());
        await().untilTrue(waiting);

        assertThat(call.complete(own)).isTrue();

        assertThat(call.join()).isSameAs(own);
        assertThat(call.complete(own)).isFalse();
        assertThat(events).filteredOn(RetryEvent.Ended.class::isInstance).hasSize(1);
    }

    private Throwable failure(Way way, Retries.Builder retries) {
        RetryingHttpClient client = calls.client(retries.listener(events::add));
        HttpRequest request = calls.request().build();
        Throwable failure = catchThrowable(() -> CompletableFuture.supplyAsync(() -> {
                    try {
                        return way == Way.ASYNC
                                ? client.sendAsync(request, BodyHandlers.ofString())
                                        .join()
                                : client.send(request, BodyHandlers.ofString());
                    } catch (IOException | InterruptedException e) {
                        throw new CompletionException(e);
                    }
                })
                .get(10, TimeUnit.SECONDS));
        assertThat(failure).isInstanceOf(ExecutionException.class);
        return failure;
    }

    private void assertEnded(Throwable failure, int attempts, Certainty certainty, StopReason stop) {
        RetryReport report = RetryReport.of(failure).orElseThrow(() -> new AssertionError("no report", failure));
        assertThat(report.attempts()).isEqualTo(attempts);
        assertThat(report.certainty()).isEqualTo(certainty);
        assertThat(report.stop()).isEqualTo(stop);
        assertThat(failure).hasStackTraceContaining("a bug of a test");
        assertThat(events).filteredOn(RetryEvent.Ended.class::isInstance).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void an_error_in_the_callers_rule_has_its_report_C8(Way way) {
        assertEnded(
                failure(way, hasty().policy(policy(way).withRule((usual, asked, result) -> {
                    throw new AssertionError("a bug of a test");
                }))),
                1,
                Certainty.MAY_HAVE_HAPPENED,
                StopReason.FINAL);
    }

    @ParameterizedTest
    @EnumSource
    void an_error_in_the_callers_rule_about_a_failure_has_its_report_C8(Way way) {
        calls.server.next(new Step.Reset(true));

        assertEnded(
                failure(
                        way,
                        Retries.builder()
                                .timer(delay -> new CompletableFuture<>())
                                .policy(policy(way).withRule((usual, asked, result) -> {
                                    throw new AssertionError("a bug of a test");
                                }))),
                1,
                Certainty.MAY_HAVE_HAPPENED,
                StopReason.FINAL);
    }

    @ParameterizedTest
    @EnumSource
    void an_error_in_the_timer_has_its_report_C8(Way way) {
        calls.server.next(new Step.Answer(429, ""));

        assertEnded(
                failure(way, Retries.builder().policy(policy(way)).timer(delay -> {
                    if (delay.equals(HEDGE_AFTER)) {
                        return new CompletableFuture<>();
                    }
                    throw new AssertionError("a bug of a test");
                })),
                1,
                Certainty.DID_NOT_HAPPEN,
                StopReason.FINAL);
    }

    @ParameterizedTest
    @EnumSource
    void a_source_of_keys_that_fails_has_its_report_C8(Way way) {
        List<KeyGenerator> broken = List.of(
                request -> {
                    throw new IllegalStateException("a bug of a test");
                },
                request -> CompletableFuture.failedFuture(new AssertionError("a bug of a test")),
                request -> CompletableFuture.supplyAsync(() -> {
                    throw new IllegalStateException("a bug of a test");
                }));
        for (KeyGenerator keys : broken) {
            events.clear();
            assertEnded(
                    failure(way, hasty().policy(policy(way)).keys(keys)),
                    0,
                    Certainty.DID_NOT_HAPPEN,
                    StopReason.NO_KEY);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_source_of_keys_without_a_key_has_its_report_C8(Way way) {
        List<KeyGenerator> broken = List.of(
                request -> nothing(),
                request -> CompletableFuture.completedFuture(nothing()),
                request -> new CompletableFuture<IdempotencyKey>()
                        .completeOnTimeout(nothing(), 10, TimeUnit.MILLISECONDS));
        for (KeyGenerator keys : broken) {
            Throwable failure = failure(way, hasty().policy(policy(way)).keys(keys));

            RetryReport report = RetryReport.of(failure).orElseThrow();
            assertThat(report.stop()).isEqualTo(StopReason.NO_KEY);
            assertThat(report.certainty()).isEqualTo(Certainty.DID_NOT_HAPPEN);
        }
        assertThat(calls.server.received()).isEmpty();
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    private static <T> T nothing() {
        return null;
    }

    @ParameterizedTest
    @EnumSource
    void an_error_in_the_listener_does_no_harm(Way way) throws Exception {
        calls.server.next(new Step.Answer(503, ""));
        RetryingHttpClient client = calls.client(hasty().policy(policy(way)).listener(event -> {
            throw new AssertionError("a bug of a test");
        }));
        HttpRequest request = calls.request().build();

        HttpResponse<String> response = way == Way.ASYNC
                ? client.sendAsync(request, BodyHandlers.ofString()).get(10, TimeUnit.SECONDS)
                : client.send(request, BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(RetryReport.of(response).orElseThrow().attempts()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void a_client_that_is_closed_in_the_middle_of_an_exchange_says_what_is_certain_C8_C9(Way way) {
        calls.server.next(new Step.Stall(false));
        RetryingHttpClient client = calls.client(
                Retries.builder().policy(policy(way)).listener(events::add).timer(delay -> new CompletableFuture<>()));
        CompletableFuture<Throwable> failure = CompletableFuture.supplyAsync(() -> catchThrowable(() -> {
            if (way == Way.ASYNC) {
                client.sendAsync(calls.request().build(), BodyHandlers.ofString())
                        .join();
            } else {
                client.send(calls.request().build(), BodyHandlers.ofString());
            }
        }));
        await().until(() -> calls.server.received().size() == 1);

        client.shutdownNow();

        RetryReport report = RetryReport.of(failure.join()).orElseThrow();
        assertThat(report.stop()).isEqualTo(StopReason.CLOSED);
        assertThat(report.certainty()).isEqualTo(Certainty.MAY_HAVE_HAPPENED);
    }

    @Test
    void a_failure_whose_causes_go_round_in_circles_is_looked_through_once() {
        Exception first = new Exception();
        Exception second = new Exception(first);
        first.initCause(second);

        assertThat(RetryReport.of(first)).isEmpty();
    }
}
