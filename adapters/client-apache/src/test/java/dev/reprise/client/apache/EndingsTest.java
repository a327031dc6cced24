package dev.reprise.client.apache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.reprise.client.CallFailedException;
import dev.reprise.client.Certainty;
import dev.reprise.client.Retries;
import dev.reprise.client.RetryReport;
import dev.reprise.client.StopReason;
import dev.reprise.testkit.ScriptedServer;
import dev.reprise.testkit.ScriptedServer.Step;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** However a call ends, its report is with its end, and in its context (C8). */
class EndingsTest {
    private final ScriptedServer server = new ScriptedServer();
    private final HttpPost request = new HttpPost(server.uri("/charges"));
    private final HttpClientContext context = HttpClientContext.create();
    private final CountDownLatch waiting = new CountDownLatch(1);

    EndingsTest() {
        request.setEntity(new StringEntity("amount=1000"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpClientBuilder client() {
        return HttpClients.custom()
                .disableAutomaticRetries()
                .addExecInterceptorFirst(
                        "retries",
                        new RetryExecChain(Retries.builder()
                                .timer(delay -> {
                                    waiting.countDown();
                                    return new CompletableFuture<>();
                                })
                                .build()));
    }

    private @Nullable Throwable failure(HttpClientBuilder builder) {
        return catchThrowable(() -> {
            try (CloseableHttpClient client = builder.build()) {
                client.execute(request, context, response -> EntityUtils.toString(response.getEntity()));
            }
        });
    }

    private static RetryReport report(@Nullable Throwable failure) {
        return RetryReport.of(Objects.requireNonNull(failure, "no failure"))
                .orElseThrow(() -> new AssertionError("no report", failure));
    }

    @Test
    void a_body_that_breaks_off_while_it_is_read_says_what_happened_C8() {
        server.next(new Step.HalfAnswer());

        Throwable failure = failure(client());

        assertThat(failure).isInstanceOf(CallFailedException.class).hasMessageContaining("only the answer is lost");
        assertThat(report(failure).certainty()).isEqualTo(Certainty.HAPPENED);
        assertThat(RetryExecChain.report(context)).hasValue(report(failure));
    }

    @Test
    void redirects_in_a_circle_are_a_failure_that_says_what_is_certain_C8() {
        server.next(new Step.Answer(307, "", "Location", "/charges"));
        server.next(new Step.Answer(307, "", "Location", "/charges"));

        Throwable failure = failure(client());

        assertThat(failure).isInstanceOf(CallFailedException.class).hasCauseInstanceOf(HttpException.class);
        assertThat(report(failure).certainty()).isEqualTo(Certainty.MAY_HAVE_HAPPENED);
        assertThat(report(failure).stop()).isEqualTo(StopReason.FINAL);
        assertThat(server.effects()).isZero();
    }

    @Test
    void a_context_has_no_report_of_the_call_before_C8() throws Exception {
        try (CloseableHttpClient client = client().build()) {
            client.execute(request, context, response -> EntityUtils.toString(response.getEntity()));
            server.next(new Step.Answer(307, "", "Location", "/charges"));
            server.next(new Step.Answer(307, "", "Location", "/charges"));

            Throwable failure = catchThrowable(
                    () -> client.execute(request, context, response -> EntityUtils.toString(response.getEntity())));

            assertThat(RetryExecChain.report(context)).hasValue(report(failure));
        }
    }

    @Test
    void a_bug_in_a_handler_below_has_the_report_C8() {
        assertBug((asked, scope, chain) -> {
            chain.proceed(asked, scope).close();
            throw new IllegalStateException("a bug of a test");
        });
        assertBug((asked, scope, chain) -> {
            chain.proceed(asked, scope).close();
            throw new AssertionError("a bug of a test");
        });
    }

    private void assertBug(ExecChainHandler broken) {
        Throwable failure = failure(client().addExecInterceptorLast("broken", broken));

        assertThat(failure).hasStackTraceContaining("a bug of a test");
        assertThat(report(failure).certainty()).isEqualTo(Certainty.MAY_HAVE_HAPPENED);
        assertThat(report(failure).stop()).isEqualTo(StopReason.FINAL);
    }

    @Test
    void an_interrupt_in_the_exchange_says_what_is_certain_and_nothing_is_sent_again_C8_C9() throws Exception {
        server.next(new Step.Silence());

        RetryReport report = report(broken(() -> server.received().size() == 1, Thread::interrupt));

        assertThat(report.certainty()).isEqualTo(Certainty.MAY_HAVE_HAPPENED);
        assertThat(report.stop()).isEqualTo(StopReason.CLOSED);
        assertThat(server.received()).hasSize(1);
    }

    @Test
    void an_interrupt_in_a_wait_says_what_is_certain_C8_C9() throws Exception {
        server.next(new Step.Answer(429, ""));

        Throwable failure = broken(() -> waiting.getCount() == 0, Thread::interrupt);

        assertThat(failure).isInstanceOf(InterruptedIOException.class);
        assertThat(report(failure).certainty()).isEqualTo(Certainty.DID_NOT_HAPPEN);
        assertThat(report(failure).stop()).isEqualTo(StopReason.CLOSED);
    }

    @Test
    void cancelling_the_request_ends_its_wait_at_once_C9() throws Exception {
        server.next(new Step.Answer(429, ""));

        RetryReport report = report(broken(() -> waiting.getCount() == 0, caller -> request.cancel()));

        assertThat(report.certainty()).isEqualTo(Certainty.DID_NOT_HAPPEN);
        assertThat(report.stop()).isEqualTo(StopReason.CLOSED);
        assertThat(server.received()).hasSize(1);
    }

    @Test
    void cancelling_the_request_in_its_exchange_says_what_is_certain_C8_C9() throws Exception {
        server.next(new Step.Silence());

        RetryReport report = report(broken(() -> server.received().size() == 1, caller -> request.cancel()));

        assertThat(report.certainty()).isEqualTo(Certainty.MAY_HAVE_HAPPENED);
        assertThat(report.stop()).isEqualTo(StopReason.CLOSED);
        assertThat(server.received()).hasSize(1);
    }

    private interface BreakOff {
        void of(Thread caller);
    }

    /** What a call ends with that is broken off when something holds. */
    private @Nullable Throwable broken(BooleanSupplier when, BreakOff breakOff) throws InterruptedException {
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        Thread caller = Thread.ofVirtual().start(() -> failure.set(failure(client())));
        while (!when.getAsBoolean()) {
            Thread.onSpinWait();
        }
        breakOff.of(caller);
        assertThat(caller.join(Duration.ofSeconds(10))).isTrue();
        return failure.get();
    }
}
