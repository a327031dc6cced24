package dev.reprise.client.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.reprise.client.CallFailedException;
import dev.reprise.client.Certainty;
import dev.reprise.client.Retries;
import dev.reprise.client.RetryReport;
import dev.reprise.client.StopReason;
import dev.reprise.testkit.ScriptedServer;
import dev.reprise.testkit.ScriptedServer.Step;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.http.client.SimpleClientHttpRequestFactory;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;

/** However a call ends, its report is with its end, or goes to who asked for it (C8). */
class EndingsTest {
    private final ScriptedServer server = new ScriptedServer();
    private final CountDownLatch waiting = new CountDownLatch(1);
    private final AtomicReference<@Nullable RetryReport> reported = new AtomicReference<>();

    @AfterEach
    void stop() {
        server.close();
    }

    private RestClient.Builder client() {
        return RestClient.builder()
                .requestFactory(new JdkClientHttpRequestFactory())
                .requestInterceptor(new RetryInterceptor(Retries.builder()
                        .timer(delay -> {
                            waiting.countDown();
                            return new CompletableFuture<>();
                        })
                        .build()));
    }

    private RestClient.ResponseSpec post(RestClient.Builder client) {
        return client.build()
                .post()
                .uri(server.uri("/charges"))
                .attributes(RetryInterceptor.reportTo(reported::set))
                .body("amount=1000")
                .retrieve();
    }

    private static RetryReport report(@Nullable Throwable failure) {
        return RetryReport.of(Objects.requireNonNull(failure, "no failure"))
                .orElseThrow(() -> new AssertionError("no report", failure));
    }

    @Test
    void a_body_that_breaks_off_while_it_is_read_says_what_happened_C8() {
        for (RestClient.Builder client :
                new RestClient.Builder[] {client(), client().requestFactory(new SimpleClientHttpRequestFactory())}) {
            server.next(new Step.HalfAnswer());

            Throwable failure = catchThrowable(() -> post(client).body(byte[].class));

            assertThat(failure).hasRootCauseMessage(rootMessage(failure)).isInstanceOf(RestClientException.class);
            assertThat(report(failure).certainty()).isEqualTo(Certainty.HAPPENED);
            assertThat(reported.get()).isEqualTo(report(failure));
        }
    }

    private static @Nullable String rootMessage(@Nullable Throwable failure) {
        Throwable root = failure;
        while (root != null && root.getCause() != null) {
            root = root.getCause();
        }
        return root == null ? null : root.getMessage();
    }

    @Test
    void a_status_that_is_thrown_and_a_body_that_cannot_be_converted_are_reported_to_who_asked_C8() {
        server.next(new Step.Answer(402, "no money"));
        assertThat(catchThrowable(() -> post(client()).body(String.class)))
                .isInstanceOf(HttpClientErrorException.class);
        assertThat(reported.get())
                .isNotNull()
                .satisfies(report -> assertThat(report.certainty()).isEqualTo(Certainty.REFUSED));

        server.next(new Step.Answer(200, "<charge/>", "Content-Type", "application/of-a-test"));
        assertThat(catchThrowable(() -> post(client()).body(Integer.class))).isInstanceOf(RestClientException.class);
        assertThat(reported.get()).isNotNull().satisfies(report -> {
            assertThat(report.certainty()).isEqualTo(Certainty.HAPPENED);
            assertThat(report.key()).isNotNull();
        });
    }

    @Test
    void a_bug_in_an_interceptor_below_has_the_report_C8() {
        ClientHttpRequestInterceptor bug = (request, body, execution) -> {
            execution.execute(request, body).close();
            throw new IllegalStateException("a bug of a test");
        };
        ClientHttpRequestInterceptor error = (request, body, execution) -> {
            execution.execute(request, body).close();
            throw new AssertionError("a bug of a test");
        };
        for (ClientHttpRequestInterceptor broken : new ClientHttpRequestInterceptor[] {bug, error}) {
            Throwable failure = catchThrowable(
                    () -> post(client().requestInterceptor(broken)).body(String.class));

            assertThat(failure).hasStackTraceContaining("a bug of a test");
            assertThat(report(failure).certainty()).isEqualTo(Certainty.MAY_HAVE_HAPPENED);
            assertThat(report(failure).stop()).isEqualTo(StopReason.FINAL);
            assertThat(reported.get()).isEqualTo(report(failure));
        }
    }

    @Test
    void a_call_without_an_answer_has_its_report_C8() {
        server.close();

        Throwable failure = catchThrowable(() -> client().requestInterceptors(all -> {
                    all.clear();
                    all.add(new RetryInterceptor(Retries.builder()
                            .timer(delay -> CompletableFuture.completedFuture(null))
                            .build()));
                })
                .build()
                .post()
                .uri(server.uri("/charges"))
                .body("amount=1000")
                .retrieve()
                .body(String.class));

        assertThat(failure).hasCauseInstanceOf(CallFailedException.class);
        assertThat(report(failure).certainty()).isEqualTo(Certainty.MAY_HAVE_HAPPENED);
    }

    @Test
    void an_interrupt_in_the_exchange_says_what_is_certain_and_nothing_is_sent_again_C8_C9() throws Exception {
        server.next(new Step.Silence());

        RetryReport report = report(interrupted(() -> server.received().size() == 1));

        assertThat(report.certainty()).isEqualTo(Certainty.MAY_HAVE_HAPPENED);
        assertThat(report.stop()).isEqualTo(StopReason.CLOSED);
        assertThat(server.received()).hasSize(1);
        assertThat(reported.get()).isEqualTo(report);
    }

    @Test
    void an_interrupt_in_a_wait_says_what_is_certain_C8_C9() throws Exception {
        server.next(new Step.Answer(429, ""));

        RetryReport report = report(interrupted(() -> waiting.getCount() == 0));

        assertThat(report.certainty()).isEqualTo(Certainty.DID_NOT_HAPPEN);
        assertThat(report.stop()).isEqualTo(StopReason.CLOSED);
    }

    private @Nullable Throwable interrupted(BooleanSupplier when) throws InterruptedException {
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        Thread caller = Thread.ofPlatform()
                .start(() -> failure.set(catchThrowable(() -> post(client()).body(String.class))));
        while (!when.getAsBoolean()) {
            Thread.onSpinWait();
        }
        caller.interrupt();
        assertThat(caller.join(Duration.ofSeconds(10))).isTrue();
        return failure.get();
    }
}
