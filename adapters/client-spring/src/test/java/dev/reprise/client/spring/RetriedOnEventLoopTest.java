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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
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
    private final LoopResources loop = LoopResources.create("only-loop", 1, true);
    private final ConnectionProvider connections = ConnectionProvider.create("many", 2 * CALLS);
    private final CompletableFuture<List<CompletableFuture<Void>>> allWait = new CompletableFuture<>();

    @AfterEach
    void stop() {
        connections.dispose();
        loop.dispose();
        server.close();
    }

    private synchronized CompletableFuture<Void> begunWait(Duration delay) {
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

    private static ThreadInfo onlyLoop() {
        List<ThreadInfo> loops = Arrays.stream(
                        ManagementFactory.getThreadMXBean().dumpAllThreads(false, false))
                .filter(thread -> thread.getThreadName().startsWith("only-loop"))
                .toList();
        assertThat(loops).hasSize(1);
        return Objects.requireNonNull(loops.getFirst());
    }

    @Test
    void while_a_hundred_calls_wait_between_their_attempts_the_loop_serves_others_and_waits_for_none_of_them_C9() {
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
        charge(retrying).block();
        charge(plain).block();
        ThreadInfo before = onlyLoop();

        // What comes behind an answer is on the event loop, as callers in a reactive application are.
        CompletableFuture<List<String>> calls = charge(plain)
                .doOnNext(first -> lose())
                .flatMapMany(first -> Flux.range(0, CALLS).flatMap(call -> charge(retrying), CALLS))
                .collectList()
                .toFuture();
        List<CompletableFuture<Void>> waiting =
                allWait.orTimeout(30, TimeUnit.SECONDS).join();
        assertThat(charge(plain).block()).startsWith("effect");
        assertThat(calls).isNotDone();
        waiting.forEach(wait -> wait.complete(null));

        assertThat(calls.join()).hasSize(CALLS).allMatch(answer -> answer.startsWith("effect"));
        // A lock, as that of a log, parks it now and then; calls that waited on it would park it once each.
        assertThat(onlyLoop().getWaitedCount() - before.getWaitedCount()).isLessThan(CALLS / 4);
        // Those, two before, and one on either side of the waits.
        assertThat(server.effects()).isEqualTo(CALLS + 4);
    }

    private void lose() {
        for (int i = 0; i < CALLS; i++) {
            server.next(i % 2 == 0 ? new Step.Reset(true) : new Step.Answer(409, "{\"type\":\"in-progress\"}"));
        }
    }
}
