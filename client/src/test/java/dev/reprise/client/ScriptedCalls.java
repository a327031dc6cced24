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

/**
 * The client against a server that fails by a script. For each script: the same key and bytes in every attempt (C1), one
 * effect, waits within the policy (C3), and the truth about what happened (C8). Time passes when a wait begins.
 */
abstract class ScriptedCalls {
    static final String IN_PROGRESS = "{\"type\":\"https://reprise.dev/problems/in-progress\"}";
    private static final Duration HEDGE_AFTER = Duration.ofMillis(123);

    final SettableClock clock = new SettableClock();
    final List<Duration> waits = new CopyOnWriteArrayList<>();
    final List<RetryEvent> events = new CopyOnWriteArrayList<>();
    final ScriptedServer server = new ScriptedServer();
    private final HttpClient plain = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    Runnable duringWaits = () -> {};
    RetryPolicy policy = RetryPolicy.considerate();

    @AfterEach
    void stop() {
        plain.shutdownNow();
        server.close();
    }

    /** The ways to call. */
    enum Way {
        SYNC,
        ASYNC,
        /** With hedges that are never due: nothing is to be different. */
        HEDGED
    }

    void script(Step... steps) {
        List.of(steps).forEach(server::next);
    }

    /** C1: one key and one body, however many attempts, and one effect at most. */
    void assertOneOperation(int attempts) {
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

    void assertReport(HttpResponse<?> response, int attempts, boolean replayed, Certainty certainty) {
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

    static RetryReport report(HttpResponse<?> response) {
        return RetryReport.of(response).orElseThrow();
    }

    HttpResponse<String> post(Way way) throws Exception {
        return send(way, request(server.uri("/charges")));
    }

    static HttpRequest request(URI uri) {
        return HttpRequest.newBuilder(uri)
                .POST(BodyPublishers.ofString("amount=1000"))
                .build();
    }

    HttpResponse<String> send(Way way, HttpRequest request) throws Exception {
        return send(way, retries(way).build(), request);
    }

    HttpResponse<String> send(Way way, Retries retries, HttpRequest request) throws Exception {
        RetryingHttpClient client = RetryingHttpClient.of(plain, retries);
        return switch (way) {
            case SYNC, HEDGED -> client.send(request, BodyHandlers.ofString());
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

    CallFailedException failure(Way way, HttpRequest request) {
        return failure(way, retries(way).build(), request);
    }

    CallFailedException failure(Way way, Retries retries, HttpRequest request) {
        @Nullable
        CallFailedException failed = catchThrowableOfType(CallFailedException.class, () -> send(way, retries, request));
        assertThat(failed).isNotNull();
        return failed;
    }

    Retries.Builder retries(Way way) {
        return Retries.builder()
                .policy(way == Way.HEDGED ? policy.withHedging(HEDGE_AFTER) : policy)
                .clocks(clock, clock::nanoTime)
                .listener(events::add)
                .timer(this::pass);
    }

    private CompletableFuture<Void> pass(Duration delay) {
        if (delay.equals(HEDGE_AFTER)) {
            return new CompletableFuture<>();
        }
        waits.add(delay);
        clock.advance(delay);
        duringWaits.run();
        return CompletableFuture.completedFuture(null);
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
