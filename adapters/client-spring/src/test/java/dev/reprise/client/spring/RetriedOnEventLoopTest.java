package dev.reprise.client.spring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.client.Retries;
import dev.reprise.client.RetryBudget;
import dev.reprise.client.RetryPolicy;
import dev.reprise.testkit.ScriptedServer;
import dev.reprise.testkit.ScriptedServer.Step;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.resources.LoopResources;

/** One event loop makes all calls, and never waits for anything but its sockets. */
class RetriedOnEventLoopTest {
    private static final int CALLS = 100;

    private final ScriptedServer server = new ScriptedServer();
    private final List<CompletableFuture<Void>> waits = new ArrayList<>();
    private final String name = "only-loop-" + UUID.randomUUID();
    private final LoopResources loop = LoopResources.create(name, 1, true);
    private final ConnectionProvider connections = ConnectionProvider.create("many", 2 * CALLS);
    private final CompletableFuture<List<CompletableFuture<Void>>> allWait = new CompletableFuture<>();
    private volatile boolean waitsAreOver = true;

    @AfterEach
    void stop() {
        connections.dispose();
        loop.dispose();
        server.close();
    }

    private synchronized CompletableFuture<Void> begunWait(Duration delay) {
        if (waitsAreOver) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> wait = new CompletableFuture<>();
        waits.add(wait);
        if (waits.size() == CALLS) {
            allWait.complete(List.copyOf(waits));
        }
        return wait;
    }

    private Mono<String> charge(WebClient client) {
        return client.post()
                .uri(server.uri("/charges"))
                .bodyValue("amount=1000")
                .retrieve()
                .bodyToMono(String.class);
    }

    private ThreadInfo onlyLoop() {
        List<ThreadInfo> loops = Arrays.stream(
                        ManagementFactory.getThreadMXBean().dumpAllThreads(false, false))
                .filter(thread -> thread.getThreadName().startsWith(name))
                .toList();
        assertThat(loops).hasSize(1);
        return Objects.requireNonNull(loops.getFirst());
    }

    @Test
    void a_hundred_calls_that_were_answered_wait_without_the_loop_C9() {
        assertThatNoCallParked(
                List.of(new Step.Answer(409, "{\"type\":\"in-progress\"}"), new Step.Answer(503, "busy")));
    }

    @Test
    void a_hundred_calls_that_lost_their_connections_wait_without_the_loop_C9() {
        assertThatNoCallParked(List.of(new Step.Reset(true)));
    }

    /** A call that waited on the loop would park it each time; the lock of Reactor's timers does so now and then, for a moment. */
    private void assertThatNoCallParked(List<Step> steps) {
        assertThat(waitsOfTheLoop(steps)).isLessThan(CALLS);
    }

    /** Has a hundred calls meet these steps on the only loop, all at once, and returns how often that was parked. */
    private long waitsOfTheLoop(List<Step> steps) {
        WebClient.Builder builder = WebClient.builder()
                .clientConnector(new ReactorClientHttpConnector(
                        HttpClient.create(connections).runOn(loop)));
        WebClient plain = builder.clone().build();
        WebClient retrying = builder.clone()
                .filter(new RetryFilter(Retries.builder()
                        .policy(RetryPolicy.considerate().withBudget(RetryBudget.unlimited()))
                        .timer(this::begunWait)
                        .build()))
                .build();
        // What is loaded and set up once may wait.
        steps.forEach(server::next);
        steps.forEach(step -> charge(retrying).block());
        charge(plain).block();
        waitsAreOver = false;
        int before = server.effects();
        long waited = onlyLoop().getWaitedCount();

        // What comes behind an answer is on the event loop, as callers in a reactive application are.
        CompletableFuture<List<String>> calls = charge(plain)
                .doOnNext(first -> IntStream.range(0, CALLS).forEach(i -> server.next(steps.get(i % steps.size()))))
                .flatMapMany(first -> Flux.range(0, CALLS).flatMap(call -> charge(retrying), CALLS))
                .collectList()
                .toFuture();
        // If one of them kept the loop, the others would never begin.
        List<CompletableFuture<Void>> waiting =
                allWait.orTimeout(30, TimeUnit.SECONDS).join();
        assertThat(charge(plain).block()).startsWith("effect");
        assertThat(calls).isNotDone();
        waiting.forEach(wait -> wait.complete(null));

        assertThat(calls.join()).hasSize(CALLS).allMatch(answer -> answer.startsWith("effect"));
        // Those, and one on either side of the waits.
        assertThat(server.effects()).isEqualTo(before + CALLS + 2);
        return onlyLoop().getWaitedCount() - waited;
    }
}
