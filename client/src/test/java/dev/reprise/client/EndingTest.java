package dev.reprise.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.reprise.testkit.ScriptedServer.Step;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever ends a call, its caller is told, and its listener once. */
class EndingTest {
    private final Calls calls = new Calls();
    private final List<RetryEvent> events = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        calls.close();
    }

    /** The two ways to call. */
    enum Way {
        SYNC,
        ASYNC
    }

    @ParameterizedTest
    @EnumSource
    void a_rule_that_fails_on_an_answer_ends_its_call(Way way) {
        assertThatThrownBy(() -> send(way, Calls.hasty().policy(failing()), BodyHandlers.ofString()))
                .hasStackTraceContaining("a rule of a test");
        assertEnded(Certainty.MAY_HAVE_HAPPENED);
    }

    @ParameterizedTest
    @EnumSource
    void a_rule_that_fails_on_a_failure_ends_its_call(Way way) {
        calls.server.next(new Step.Reset(true));

        assertThatThrownBy(() -> send(way, Calls.hasty().policy(failing()), BodyHandlers.ofString()))
                .hasStackTraceContaining("a rule of a test");
        assertEnded(Certainty.MAY_HAVE_HAPPENED);
    }

    @ParameterizedTest
    @EnumSource
    void a_timer_that_fails_ends_its_call(Way way) {
        calls.server.next(new Step.Answer(429, ""));
        Retries.Builder retries = Retries.builder().timer(delay -> {
            throw new IllegalStateException("a timer of a test");
        });

        assertThatThrownBy(() -> send(way, retries, BodyHandlers.ofString()))
                .hasStackTraceContaining("a timer of a test");
        assertEnded(Certainty.DID_NOT_HAPPEN);
    }

    @ParameterizedTest
    @EnumSource
    void a_handler_that_fails_ends_its_call(Way way) {
        BodyHandler<String> bug = info -> {
            throw new IllegalArgumentException("a handler of a test");
        };

        assertThatThrownBy(() -> send(way, Calls.hasty(), bug)).hasStackTraceContaining("a handler of a test");
        assertEnded(Certainty.HAPPENED);
    }

    @Test
    void a_call_that_is_cancelled_before_it_has_its_key_sends_nothing_C9() {
        CompletableFuture<IdempotencyKey> key = new CompletableFuture<>();
        CompletableFuture<?> call = calls.client(
                        Calls.hasty().keys(request -> key).listener(events::add))
                .sendAsync(calls.request().build(), BodyHandlers.ofString());

        call.cancel(true);
        key.complete(new IdempotencyKey("order-1"));

        assertEnded(Certainty.DID_NOT_HAPPEN);
        assertThat(calls.server.received()).isEmpty();
    }

    @Test
    void a_call_that_times_out_for_its_caller_is_aborted_C9() {
        calls.server.next(new Step.Silence());
        CompletableFuture<?> call = calls.client(Calls.hasty().listener(events::add))
                .sendAsync(calls.request().build(), BodyHandlers.ofString())
                .orTimeout(100, TimeUnit.MILLISECONDS);

        await().until(() -> calls.server.abandoned() == 1);
        assertThat(call).isCompletedExceptionally();
        assertEnded(Certainty.MAY_HAVE_HAPPENED);
        assertThat(calls.server.received()).hasSize(1);
    }

    private static RetryPolicy failing() {
        return RetryPolicy.considerate().withRule((usual, asked, result) -> {
            throw new IllegalStateException("a rule of a test");
        });
    }

    private HttpResponse<String> send(Way way, Retries.Builder retries, BodyHandler<String> handler)
            throws IOException, InterruptedException, ExecutionException, TimeoutException {
        RetryingHttpClient client = calls.client(retries.listener(events::add));
        return switch (way) {
            case SYNC -> client.send(calls.request().build(), handler);
            case ASYNC -> client.sendAsync(calls.request().build(), handler).get(10, TimeUnit.SECONDS);
        };
    }

    private void assertEnded(Certainty certainty) {
        await().until(() -> !events.isEmpty());
        assertThat(events).last().isInstanceOfSatisfying(RetryEvent.Ended.class, ended -> {
            assertThat(ended.answered()).isFalse();
            assertThat(ended.report().certainty()).isEqualTo(certainty);
        });
        assertThat(events).filteredOn(RetryEvent.Ended.class::isInstance).hasSize(1);
    }
}
