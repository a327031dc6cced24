package dev.reprise.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.reprise.client.spi.AttemptResult;
import dev.reprise.testkit.ScriptedServer.Received;
import dev.reprise.testkit.ScriptedServer.Step;
import dev.reprise.testkit.SettableClock;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** A client that hedges, a server with a script, and a timer in the hands of the test. */
abstract class HedgedCalls {
    static final Duration AFTER = Duration.ofMillis(123);
    static final String IN_PROGRESS = "{\"type\":\"https://reprise.dev/problems/in-progress\"}";

    final Calls calls = new Calls();
    final HandTimer timer = new HandTimer();
    final List<RetryEvent> events = new CopyOnWriteArrayList<>();
    final SettableClock clock = new SettableClock();
    /** How often the client has looked at the clock. */
    private final AtomicInteger looks = new AtomicInteger();

    /** What the client has made of answers and failures so far. */
    final List<AttemptResult> results = new CopyOnWriteArrayList<>();

    RetryPolicy policy = RetryPolicy.considerate().withHedging(AFTER).withRule((usual, request, result) -> {
        results.add(result);
        return usual;
    });

    /** Looks often, as there are many things to wait for, and each for a moment only. */
    static ConditionFactory soon() {
        return await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(2));
    }

    @AfterEach
    void stop() {
        calls.close();
    }

    /** The two ways to call. */
    enum Way {
        SYNC,
        ASYNC
    }

    /** A call that runs, and the thread that waits for it, if there is one. */
    record Running(
            CompletableFuture<HttpResponse<String>> end,
            @Nullable Thread caller) {
        HttpResponse<String> response() throws Exception {
            return end.get(10, TimeUnit.SECONDS);
        }

        RetryReport report() throws Exception {
            try {
                return RetryReport.of(response()).orElseThrow();
            } catch (ExecutionException e) {
                return RetryReport.of(e).orElseThrow();
            }
        }

        /** Breaks it off, in the way that it has. */
        void breakOff() {
            if (caller == null) {
                end.cancel(true);
            } else {
                caller.interrupt();
            }
        }
    }

    Retries.Builder retries() {
        return Retries.builder()
                .policy(policy)
                .listener(events::add)
                .timer(timer)
                .clocks(clock, () -> {
                    looks.incrementAndGet();
                    return clock.nanoTime();
                });
    }

    RetryingHttpClient client() {
        return calls.client(retries());
    }

    /** An ordinary call in the background. With hedging, one that blocks is the same call, and its caller waits for it. */
    Running call() {
        return call(Way.ASYNC);
    }

    Running call(Way way) {
        return call(way, client(), calls.request().build());
    }

    Running call(Way way, RetryingHttpClient client, HttpRequest request) {
        return switch (way) {
            case ASYNC -> new Running(client.sendAsync(request, BodyHandlers.ofString()), null);
            case SYNC -> {
                CompletableFuture<HttpResponse<String>> end = new CompletableFuture<>();
                Thread caller = Thread.ofVirtual().start(() -> {
                    try {
                        end.complete(client.send(request, BodyHandlers.ofString()));
                    } catch (IOException | InterruptedException | RuntimeException e) {
                        end.completeExceptionally(e);
                    }
                });
                yield new Running(end, caller);
            }
        };
    }

    void script(Step... steps) {
        List.of(steps).forEach(calls.server::next);
    }

    /** Lets the time pass after which an attempt is hedged, and waits for the hedge. */
    void hedge() throws InterruptedException {
        HandTimer.Wait wait = timer.next();
        assertThat(wait.delay()).isEqualTo(AFTER);
        int before = awaitReceived(1);
        wait.pass();
        awaitReceived(before + 1);
    }

    /** Lets that time pass, and waits until the client has seen that there can be no hedge. */
    void doNotHedge() throws InterruptedException {
        HandTimer.Wait wait = timer.next();
        assertThat(wait.delay()).isEqualTo(AFTER);
        int before = looks.get();
        wait.pass();
        soon().until(() -> looks.get() > before);
    }

    /** Waits until so many requests have come at least, and returns how many. */
    int awaitReceived(int least) {
        soon().until(() -> calls.server.received().size() >= least);
        return calls.server.received().size();
    }

    /** C1: one key and one body, and one effect. */
    void assertOneOperation(int requests) {
        assertThat(calls.server.received()).hasSize(requests);
        assertThat(calls.server.received().stream().map(Received::body).distinct())
                .containsExactly("amount=1000");
        assertThat(calls.server.received().stream()
                        .map(request -> request.field("idempotency-key").orElse("none"))
                        .distinct())
                .hasSize(1)
                .doesNotContain("none");
        assertThat(calls.server.effects()).isEqualTo(1);
    }

    RetryReport assertEnded() {
        soon().until(() -> !events.isEmpty() && events.getLast() instanceof RetryEvent.Ended);
        assertThat(events).filteredOn(RetryEvent.Ended.class::isInstance).hasSize(1);
        return ((RetryEvent.Ended) events.getLast()).report();
    }
}
