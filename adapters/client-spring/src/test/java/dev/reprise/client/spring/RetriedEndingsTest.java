package dev.reprise.client.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.reprise.client.Certainty;
import dev.reprise.client.Retries;
import dev.reprise.client.RetryPolicy;
import dev.reprise.client.RetryReport;
import dev.reprise.client.StopReason;
import dev.reprise.testkit.ScriptedServer;
import dev.reprise.testkit.ScriptedServer.Step;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientException;
import org.springframework.web.reactive.function.client.WebClientResponseException;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/** However a call of WebClient ends, its report is with its end, or goes to who asked for it (C8, C9). */
class RetriedEndingsTest {
    private final ScriptedServer server = new ScriptedServer();
    private final CompletableFuture<Void> wait = new CompletableFuture<>();
    private final CountDownLatch waiting = new CountDownLatch(1);
    private final AtomicReference<@Nullable RetryReport> reported = new AtomicReference<>();

    @AfterEach
    void stop() {
        server.close();
    }

    private WebClient.Builder client() {
        return WebClient.builder()
                .filter(new RetryFilter(Retries.builder()
                        .policy(RetryPolicy.considerate()
                                .withTimeLimits(Duration.ofSeconds(30), Duration.ofMillis(500)))
                        .timer(delay -> {
                            waiting.countDown();
                            return wait;
                        })
                        .build()));
    }

    private WebClient.ResponseSpec post(WebClient.Builder client) {
        return client.build()
                .post()
                .uri(server.uri("/charges"))
                .attributes(RetryInterceptor.reportTo(reported::set))
                .bodyValue("amount=1000")
                .retrieve();
    }

    private static RetryReport report(@Nullable Throwable failure) {
        return RetryReport.of(Objects.requireNonNull(failure, "no failure"))
                .orElseThrow(() -> new AssertionError("no report", failure));
    }

    private RetryReport reported() {
        return Objects.requireNonNull(reported.get(), "nothing was reported");
    }

    @Test
    void a_body_that_breaks_off_while_it_is_read_says_what_happened_C8() {
        server.next(new Step.HalfAnswer());

        Throwable failure =
                catchThrowable(() -> post(client()).bodyToMono(byte[].class).block());

        assertThat(failure).isInstanceOf(WebClientException.class);
        assertThat(report(failure).certainty()).isEqualTo(Certainty.HAPPENED);
        assertThat(reported()).isEqualTo(report(failure));
    }

    @Test
    void a_status_that_is_thrown_is_reported_to_who_asked_C8() {
        server.next(new Step.Answer(402, "no money"));

        assertThat(catchThrowable(() -> post(client()).bodyToMono(String.class).block()))
                .isInstanceOf(WebClientResponseException.class);
        assertThat(reported().certainty()).isEqualTo(Certainty.REFUSED);
        assertThat(reported().key()).isNotNull();
    }

    @Test
    void a_bug_in_a_filter_below_has_the_report_and_is_not_repeated_C8() {
        ExchangeFilterFunction bug = (request, next) -> next.exchange(request)
                .flatMap(response ->
                        response.releaseBody().then(Mono.error(new IllegalStateException("a bug of a test"))));

        Throwable failure = catchThrowable(
                () -> post(client().filter(bug)).bodyToMono(String.class).block());

        assertThat(failure).hasStackTraceContaining("a bug of a test");
        assertThat(report(failure).certainty()).isEqualTo(Certainty.MAY_HAVE_HAPPENED);
        assertThat(report(failure).stop()).isEqualTo(StopReason.FINAL);
        assertThat(server.effects()).isOne();
    }

    @Test
    void an_answer_that_does_not_come_ends_its_attempt_C5() {
        wait.complete(null);
        server.next(new Step.Silence());
        server.next(new Step.Stall(false));

        assertThat(post(client()).bodyToMono(String.class).block()).isEqualTo("effect 1");

        assertThat(reported().attempts()).isEqualTo(3);
        assertThat(reported().replayed()).isTrue();
        await().until(() -> server.abandoned() == 2);
    }

    @Test
    void a_caller_who_leaves_ends_the_wait_at_once_and_it_is_reported_C8_C9() throws Exception {
        server.next(new Step.Reset(true));

        Disposable call = post(client()).bodyToMono(String.class).subscribe();
        waiting.await();
        call.dispose();

        await().until(wait::isCancelled);
        assertThat(reported().stop()).isEqualTo(StopReason.CLOSED);
        assertThat(reported().certainty()).isEqualTo(Certainty.MAY_HAVE_HAPPENED);
    }

    @Test
    void a_caller_who_leaves_ends_the_attempt_at_once_C9() {
        server.next(new Step.Silence());

        Disposable call = post(client()).bodyToMono(String.class).subscribe();
        await().until(() -> server.received().size() == 1);
        call.dispose();

        await().until(() -> server.abandoned() == 1);
        assertThat(reported().stop()).isEqualTo(StopReason.CLOSED);
    }

    /** Each subscription is another call, so what is meant to be one operation has a key of its own. */
    @Test
    void who_subscribes_again_makes_another_operation_unless_the_key_is_given_C1() {
        wait.complete(null);
        Mono<String> unnamed = post(client()).bodyToMono(String.class);
        Mono<String> named = client().build()
                .post()
                .uri(server.uri("/charges"))
                .header("Idempotency-Key", "\"mine\"")
                .retrieve()
                .bodyToMono(String.class);

        assertThat(unnamed.block()).isEqualTo("effect 1");
        assertThat(unnamed.block()).isEqualTo("effect 2");
        assertThat(named.block()).isEqualTo("effect 3");
        assertThat(named.block()).isEqualTo("effect 3");
    }
}
