package dev.reprise.client.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.reprise.client.CallFailedException;
import dev.reprise.client.Certainty;
import dev.reprise.client.Retries;
import dev.reprise.client.RetryReport;
import dev.reprise.client.StopReason;
import dev.reprise.testkit.ScriptedServer;
import dev.reprise.testkit.ScriptedServer.Step;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** However a call ends, its report is with its end (C8). */
class EndingsTest {
    private final ScriptedServer server = new ScriptedServer();
    private final CountDownLatch waiting = new CountDownLatch(1);

    @AfterEach
    void stop() {
        server.close();
    }

    private Call call(Interceptor... below) {
        OkHttpClient.Builder client = new OkHttpClient.Builder()
                .addInterceptor(new RetryInterceptor(Retries.builder()
                        .timer(delay -> {
                            waiting.countDown();
                            return new CompletableFuture<>();
                        })
                        .build()));
        for (Interceptor interceptor : below) {
            client.addInterceptor(interceptor);
        }
        return client.build()
                .newCall(new Request.Builder()
                        .url(server.uri("/charges").toString())
                        .post(RequestBody.create("amount=1000", MediaType.get("text/plain")))
                        .build());
    }

    private static RetryReport report(@Nullable Throwable failure) {
        return RetryReport.of(Objects.requireNonNull(failure, "no failure"))
                .orElseThrow(() -> new AssertionError("no report", failure));
    }

    @Test
    void a_body_that_breaks_off_while_it_is_read_says_what_happened_C8() throws Exception {
        server.next(new Step.HalfAnswer());

        try (Response response = call().execute()) {
            Throwable failure = catchThrowable(() -> response.body().string());

            assertThat(failure).isInstanceOf(CallFailedException.class).hasMessageContaining("only the answer is lost");
            assertThat(RetryInterceptor.report(response)).hasValue(report(failure));
            assertThat(report(failure).certainty()).isEqualTo(Certainty.HAPPENED);
        }
    }

    @Test
    void an_interrupt_in_the_exchange_says_what_is_certain_and_nothing_is_sent_again_C8_C9() throws Exception {
        server.next(new Step.Silence());

        RetryReport report = report(interrupted(() -> server.received().size() == 1));

        assertThat(report.certainty()).isEqualTo(Certainty.MAY_HAVE_HAPPENED);
        assertThat(report.stop()).isEqualTo(StopReason.CLOSED);
        assertThat(server.received()).hasSize(1);
    }

    @Test
    void an_interrupt_in_a_wait_says_what_is_certain_C8_C9() throws Exception {
        server.next(new Step.Answer(429, ""));

        Throwable failure = interrupted(() -> waiting.getCount() == 0);

        assertThat(failure).isInstanceOf(InterruptedIOException.class);
        assertThat(report(failure).certainty()).isEqualTo(Certainty.DID_NOT_HAPPEN);
        assertThat(report(failure).stop()).isEqualTo(StopReason.CLOSED);
    }

    private interface Condition {
        boolean holds();
    }

    private @Nullable Throwable interrupted(Condition when) throws InterruptedException {
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        Thread caller = Thread.ofVirtual().start(() -> {
            failure.set(catchThrowable(() -> call().execute()));
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        });
        while (!when.holds()) {
            Thread.onSpinWait();
        }
        caller.interrupt();
        assertThat(caller.join(java.time.Duration.ofSeconds(10))).isTrue();
        return failure.get();
    }

    @Test
    void cancelling_the_call_in_its_exchange_says_what_is_certain_C8_C9() throws Exception {
        server.next(new Step.Silence());
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        Call call = call();
        call.enqueue(failing(failure));
        while (server.received().isEmpty()) {
            Thread.onSpinWait();
        }

        call.cancel();

        RetryReport report = report(failure.get(10, TimeUnit.SECONDS));
        assertThat(report.certainty()).isEqualTo(Certainty.MAY_HAVE_HAPPENED);
        assertThat(report.stop()).isEqualTo(StopReason.CLOSED);
        assertThat(server.received()).hasSize(1);
    }

    @Test
    void a_bug_in_an_interceptor_below_has_the_report_in_both_forms_C8() throws Exception {
        Interceptor bug = chain -> {
            chain.proceed(chain.request()).close();
            throw new IllegalStateException("a bug of a test");
        };
        Interceptor error = chain -> {
            chain.proceed(chain.request()).close();
            throw new AssertionError("a bug of a test");
        };
        for (Interceptor broken : new Interceptor[] {bug, error}) {
            Throwable thrown = catchThrowable(() -> call(broken).execute());
            assertThat(thrown).hasStackTraceContaining("a bug of a test");
            assertThat(report(thrown).certainty()).isEqualTo(Certainty.MAY_HAVE_HAPPENED);

            CompletableFuture<Throwable> failure = new CompletableFuture<>();
            call(broken).enqueue(failing(failure));
            assertThat(report(failure.get(10, TimeUnit.SECONDS)).stop()).isEqualTo(StopReason.FINAL);
        }
    }

    private static Callback failing(CompletableFuture<Throwable> failure) {
        return new Callback() {
            @Override
            public void onFailure(Call call, IOException e) {
                failure.complete(e);
            }

            @Override
            public void onResponse(Call call, Response response) {
                failure.completeExceptionally(new AssertionError("answered with " + response));
            }
        };
    }

    @Test
    void a_web_socket_opens_as_before() throws Exception {
        CompletableFuture<Step> upgrade = new CompletableFuture<>();
        server.next(new Step.Later(upgrade));
        CompletableFuture<Integer> opened = new CompletableFuture<>();
        OkHttpClient client = new OkHttpClient.Builder()
                .addInterceptor(new RetryInterceptor(Retries.considerate()))
                .build();
        WebSocket socket = client.newWebSocket(
                new Request.Builder().url(server.uri("/events").toString()).build(), new WebSocketListener() {
                    @Override
                    public void onOpen(WebSocket socket, Response response) {
                        opened.complete(response.code());
                    }

                    @Override
                    public void onFailure(WebSocket socket, Throwable failure, @Nullable Response response) {
                        opened.completeExceptionally(failure);
                    }
                });
        while (server.received().isEmpty()) {
            Thread.onSpinWait();
        }
        String key = server.received().getFirst().field("sec-websocket-key").orElseThrow();
        byte[] accept = MessageDigest.getInstance("SHA-1")
                .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII));
        upgrade.complete(new Step.Answer(
                101,
                "",
                "Upgrade",
                "websocket",
                "Connection",
                "Upgrade",
                "Sec-WebSocket-Accept",
                Base64.getEncoder().encodeToString(accept)));

        assertThat(opened.get(10, TimeUnit.SECONDS)).isEqualTo(101);
        socket.cancel();
    }
}
