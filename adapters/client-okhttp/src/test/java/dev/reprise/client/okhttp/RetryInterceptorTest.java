package dev.reprise.client.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reprise.client.CallFailedException;
import dev.reprise.client.Retries;
import dev.reprise.client.RetryPolicy;
import dev.reprise.client.RetryReport;
import dev.reprise.client.StopReason;
import dev.reprise.testkit.RetryingClientContract;
import dev.reprise.testkit.ScriptedServer;
import dev.reprise.testkit.ScriptedServer.Received;
import dev.reprise.testkit.ScriptedServer.Step;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.BufferedSink;
import org.junit.jupiter.api.Test;

class RetryInterceptorTest extends RetryingClientContract {
    @Override
    protected Called post(URI uri, String body) throws Exception {
        return post(false, uri, body);
    }

    private static Called post(boolean following, URI uri, String body) throws Exception {
        OkHttpClient client = client(Retries.builder().timer(delay -> CompletableFuture.completedFuture(null)))
                .newBuilder()
                .followRedirects(following)
                .build();
        try (Response response = client.newCall(request(uri, RequestBody.create(body, MediaType.get("text/plain"))))
                .execute()) {
            RetryReport report = RetryInterceptor.report(response).orElseThrow();
            return new Called(
                    response.code(),
                    response.body().string(),
                    report.attempts(),
                    report.replayed(),
                    report.certainty().name());
        }
    }

    @Test
    void a_redirect_that_keeps_the_method_is_followed_with_the_same_key_and_body_C1() throws Exception {
        for (int status : List.of(307, 308)) {
            try (ScriptedServer server = new ScriptedServer(new Step.Answer(status, "", "Location", "/moved"))) {
                assertThat(post(true, server.uri("/charges"), "amount=1000"))
                        .isEqualTo(new Called(201, "effect 1", 1, false, "HAPPENED"));
                assertThat(server.received()).extracting(Received::target).containsExactly("/charges", "/moved");
                assertThat(server.received().stream().map(Received::body).distinct())
                        .containsExactly("amount=1000");
                assertThat(server.received().stream()
                                .map(request -> request.field("idempotency-key").orElse("none"))
                                .distinct())
                        .hasSize(1)
                        .doesNotContain("none");
            }
        }
    }

    @Test
    void a_page_that_refuses_the_connection_does_not_say_that_nothing_happened_C8() throws Exception {
        int nobody;
        try (ServerSocket closed = new ServerSocket(0)) {
            nobody = closed.getLocalPort();
        }
        try (ScriptedServer server = new ScriptedServer()) {
            for (int i = 0; i < 4; i++) {
                server.next(new Step.Answer(303, "", "Location", "http://127.0.0.1:" + nobody + "/result"));
            }

            assertThatThrownBy(() -> post(true, server.uri("/charges"), "amount=1000"))
                    .hasMessageContainingAll("attempt 4", "It may have happened");
        }
    }

    @Test
    void a_page_got_in_place_of_the_operation_is_no_answer_to_it_C8() throws Exception {
        Map<Integer, String> certainties =
                Map.of(300, "MAY_HAVE_HAPPENED", 301, "DID_NOT_HAPPEN", 302, "MAY_HAVE_HAPPENED", 303, "HAPPENED");
        for (int status : List.of(300, 301, 302, 303)) {
            for (int page : List.of(200, 404)) {
                try (ScriptedServer server = new ScriptedServer(
                        new Step.Answer(status, "", "Location", "/page"),
                        new Step.Answer(page, "a page", "Idempotent-Replayed", "true"))) {
                    assertThat(post(true, server.uri("/charges"), "amount=1000"))
                            .isEqualTo(new Called(page, "a page", 1, false, certainties.getOrDefault(status, "none")));
                    assertThat(server.received().getLast().method()).isEqualTo("GET");
                }
            }
        }
    }

    @Test
    void a_body_of_one_shot_is_not_sent_twice_C1() {
        RequestBody once = new RequestBody() {
            @Override
            public MediaType contentType() {
                return MediaType.get("text/plain");
            }

            @Override
            public boolean isOneShot() {
                return true;
            }

            @Override
            public void writeTo(BufferedSink sink) throws IOException {
                sink.writeUtf8("amount=1000");
            }
        };
        try (ScriptedServer server = new ScriptedServer(new Step.Reset(true))) {
            assertThatThrownBy(() -> client(Retries.builder())
                            .newCall(request(server.uri("/charges"), once))
                            .execute())
                    .isInstanceOfSatisfying(
                            CallFailedException.class,
                            failed -> assertThat(failed.report().stop()).isEqualTo(StopReason.UNREPEATABLE_BODY));
            assertThat(server.received()).hasSize(1);
        }
    }

    @Test
    void cancelling_the_call_ends_its_wait_at_once_C9() {
        CompletableFuture<Void> waiting = new CompletableFuture<>();
        try (ScriptedServer server = new ScriptedServer(new Step.Answer(503, ""))) {
            OkHttpClient client = client(Retries.builder().timer(delay -> {
                waiting.complete(null);
                return new CompletableFuture<>();
            }));
            Call call = client.newCall(
                    request(server.uri("/charges"), RequestBody.create("amount=1000", MediaType.get("text/plain"))));
            CompletableFuture<Response> answer = CompletableFuture.supplyAsync(() -> {
                try {
                    return call.execute();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            waiting.join();
            call.cancel();

            assertThatThrownBy(() -> answer.get(10, TimeUnit.SECONDS)).hasStackTraceContaining("the call cancelled");
        }
    }

    @Test
    void hedging_is_refused_with_the_names_of_both() {
        Retries hedging = Retries.builder()
                .policy(RetryPolicy.considerate().withHedging(Duration.ofSeconds(1)))
                .build();

        assertThatThrownBy(() -> new RetryInterceptor(hedging))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("hedgeAfter (PT1S)", "RetryInterceptor of OkHttp");
    }

    private static OkHttpClient client(Retries.Builder settings) {
        Retries retries =
                settings.policy(RetryPolicy.considerate().withMaxAttempts(4)).build();
        return new OkHttpClient.Builder()
                .addInterceptor(new RetryInterceptor(retries))
                .build();
    }

    private static Request request(URI uri, RequestBody body) {
        return new Request.Builder().url(uri.toString()).post(body).build();
    }
}
