package dev.reprise.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.reprise.testkit.ScriptedServer.Step;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two things that go wrong in one call, and what is certain then (C8). */
class PairsTest {
    private static final BodyHandler<String> BUG = info -> {
        throw new IllegalStateException("a bug of a test");
    };

    private final Calls calls = new Calls();

    @AfterEach
    void stop() {
        calls.close();
    }

    /** The two ways to call. */
    enum Way {
        SYNC,
        ASYNC
    }

    private RetryReport failure(Way way, Retries.Builder retries, BodyHandler<String> handler) {
        RetryingHttpClient client = calls.client(retries);
        return report(catchThrowable(() -> {
            if (way == Way.SYNC) {
                client.send(calls.request().build(), handler);
            } else {
                client.sendAsync(calls.request().build(), handler).get(10, TimeUnit.SECONDS);
            }
        }));
    }

    private static RetryReport report(@Nullable Throwable failure) {
        return RetryReport.of(Objects.requireNonNull(failure, "no failure"))
                .orElseThrow(() -> new AssertionError("no report", failure));
    }

    @ParameterizedTest
    @EnumSource
    void a_replay_after_a_lost_answer_that_cannot_be_read(Way way) {
        for (Step first : List.of(new Step.Reset(true), new Step.Answer(503, ""))) {
            calls.server.next(first);

            RetryReport report = failure(way, Calls.hasty(), BUG);

            assertThat(report.certainty()).as("%s", first).isEqualTo(Certainty.HAPPENED);
            assertThat(report.replayed()).as("%s", first).isEqualTo(!(first instanceof Step.Answer));
            assertThat(report.attempts()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_refusal_at_the_door_after_a_lost_answer_that_cannot_be_read(Way way) {
        calls.server.next(new Step.Reset(true));
        calls.server.next(new Step.Answer(403, "no"));

        assertThat(failure(way, Calls.hasty(), BUG).certainty()).isEqualTo(Certainty.MAY_HAVE_HAPPENED);
    }

    @ParameterizedTest
    @EnumSource
    void an_answer_that_cannot_be_read_when_the_budget_is_used_up(Way way) {
        calls.server.next(new Step.Answer(503, "down"));
        RetryPolicy poor = RetryPolicy.considerate().withBudget(new RetryBudget(1, 0));
        Retries.Builder retries = Calls.hasty().policy(poor);
        RetryingHttpClient client = calls.client(retries);
        assertThat(catchThrowable(() -> client.send(calls.request().build(), BodyHandlers.ofString())))
                .isNull();
        calls.server.next(new Step.Answer(503, "down"));

        RetryReport report = report(catchThrowable(() -> {
            if (way == Way.SYNC) {
                client.send(calls.request().build(), BUG);
            } else {
                client.sendAsync(calls.request().build(), BUG).get(10, TimeUnit.SECONDS);
            }
        }));

        assertThat(report.certainty()).isEqualTo(Certainty.MAY_HAVE_HAPPENED);
        assertThat(report.attempts()).isEqualTo(1);
    }

    @Test
    void a_lost_answer_and_an_interrupt_in_the_wait_after_a_429() throws Exception {
        calls.server.next(new Step.Reset(true));
        calls.server.next(new Step.Answer(429, ""));
        CountDownLatch waiting = new CountDownLatch(2);
        RetryingHttpClient client = calls.client(Retries.builder().timer(delay -> {
            waiting.countDown();
            return waiting.getCount() > 0 ? CompletableFuture.completedFuture(null) : new CompletableFuture<>();
        }));
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        Thread caller = Thread.ofVirtual()
                .start(() -> failure.complete(
                        catchThrowable(() -> client.send(calls.request().build(), BodyHandlers.ofString()))));
        waiting.await();

        caller.interrupt();

        RetryReport report = report(failure.get(10, TimeUnit.SECONDS));
        assertThat(report.stop()).isEqualTo(StopReason.CLOSED);
        assertThat(report.certainty())
                .as("the 429 says nothing about the first")
                .isEqualTo(Certainty.MAY_HAVE_HAPPENED);
        assertThat(report.attempts()).isEqualTo(2);
    }

    @Test
    void an_interrupt_in_the_exchange_after_one_that_has_happened() throws Exception {
        calls.server.next(new Step.HalfAnswer());
        calls.server.next(new Step.Silence());
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        Thread caller = Thread.ofVirtual()
                .start(() -> failure.complete(
                        catchThrowable(() -> calls.client().send(calls.request().build(), BodyHandlers.ofString()))));
        while (calls.server.received().size() < 2) {
            Thread.onSpinWait();
        }

        caller.interrupt();

        assertThat(report(failure.get(10, TimeUnit.SECONDS)).certainty()).isEqualTo(Certainty.HAPPENED);
    }

    @ParameterizedTest
    @EnumSource
    void a_hedge_that_wins_and_cannot_be_read(Way way) {
        calls.server.next(new Step.Silence());

        RetryReport report = failure(way, hedged(), BUG);

        assertThat(report.certainty()).isEqualTo(Certainty.HAPPENED);
        assertThat(report.attempts()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void a_hedge_that_is_redirected_while_the_first_attempt_is_silent(Way way) throws Exception {
        try (HttpClient following = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(Redirect.NORMAL)
                .build()) {
            for (int status : List.of(301, 303)) {
                calls.server.next(new Step.Silence());
                calls.server.next(new Step.Answer(status, "", "Location", "/page"));
                calls.server.next(new Step.Answer(200, "a page"));
                RetryingHttpClient client = RetryingHttpClient.of(following, hedged().build());

                RetryReport report = RetryReport.of(
                                way == Way.SYNC
                                        ? client.send(calls.request().build(), BodyHandlers.ofString())
                                        : client.sendAsync(calls.request().build(), BodyHandlers.ofString())
                                                .get(10, TimeUnit.SECONDS))
                        .orElseThrow();

                assertThat(report.certainty())
                        .as("%s, and nobody knows about the first", status)
                        .isEqualTo(status == 303 ? Certainty.HAPPENED : Certainty.MAY_HAVE_HAPPENED);
            }
        }
    }

    /** A hedge is due when the first attempt has reached the server. */
    private Retries.Builder hedged() {
        Duration after = Duration.ofMillis(123);
        int before = calls.server.received().size();
        return Retries.builder()
                .policy(RetryPolicy.considerate().withHedging(after))
                .timer(delay -> delay.equals(after)
                        ? CompletableFuture.runAsync(() -> {
                            while (calls.server.received().size() <= before) {
                                Thread.onSpinWait();
                            }
                        })
                        : CompletableFuture.completedFuture(null));
    }

    @ParameterizedTest
    @EnumSource
    void a_server_that_forgets_soon_and_an_answer_that_is_lost_C7(Way way) {
        calls.server.next(new Step.Answer(503, "", "Idempotency-Retention", "1"));
        calls.server.next(new Step.Reset(true));
        Retries.Builder retries = Retries.builder()
                .policy(RetryPolicy.considerate()
                        .withBackoff(
                                new Backoff(Jitter.NONE, Duration.ofSeconds(2), Duration.ofSeconds(2), Duration.ZERO)))
                .timer(delay -> CompletableFuture.completedFuture(null));
        RetryingHttpClient client = calls.client(retries);

        RetryReport report = RetryReport.of(catchNone(() -> way == Way.SYNC
                        ? client.send(calls.request().build(), BodyHandlers.ofString())
                        : client.sendAsync(calls.request().build(), BodyHandlers.ofString())
                                .get(10, TimeUnit.SECONDS)))
                .orElseThrow();

        assertThat(report.stop()).isEqualTo(StopReason.RETENTION);
        assertThat(report.certainty()).isEqualTo(Certainty.MAY_HAVE_HAPPENED);
        assertThat(calls.server.received()).hasSize(1);
    }

    private interface Call<T> {
        T make() throws Exception;
    }

    private static <T> T catchNone(Call<T> call) {
        try {
            return call.make();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
