package dev.reprise.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A server of HTTP/2 that pushes a page beside its answer, once it is well. */
class PushTest {
    private final AtomicInteger unwell = new AtomicInteger();
    private final List<String> keys = new CopyOnWriteArrayList<>();
    private final HttpClient plain =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
    private final RetryingHttpClient client =
            RetryingHttpClient.of(plain, Calls.hasty().build());
    private final ConcurrentMap<HttpRequest, CompletableFuture<HttpResponse<String>>> pushed =
            new ConcurrentHashMap<>();

    @SuppressWarnings("NullAway.Init")
    private VertxServer server;

    @BeforeEach
    void start() {
        server = new VertxServer(vertx -> vertx.requestHandler(this::answer));
    }

    @AfterEach
    void stop() {
        plain.shutdownNow();
        server.close();
    }

    private void answer(HttpServerRequest request) {
        keys.add(String.valueOf(request.getHeader("Idempotency-Key")));
        if (unwell.getAndDecrement() > 0) {
            request.response().setStatusCode(503).end("down");
            return;
        }
        request.response()
                .push(HttpMethod.GET, "/receipt")
                .onSuccess(receipt -> {
                    receipt.end("the receipt");
                    request.response().end("paid");
                })
                .onFailure(refused -> request.response().setStatusCode(500).end("no push: " + refused));
    }

    @Test
    void what_a_server_pushes_goes_to_the_callers_handler() throws Exception {
        HttpResponse<String> response = get();

        assertThat(response.body()).isEqualTo("paid");
        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertPushed(1);
    }

    @Test
    void a_retry_gets_what_is_pushed_to_it_C2() throws Exception {
        unwell.set(2);

        HttpResponse<String> response = post();

        assertThat(response.body()).isEqualTo("paid");
        assertThat(RetryReport.of(response).orElseThrow().attempts()).isEqualTo(3);
        assertThat(keys).hasSize(3).doesNotContain("null");
        assertThat(keys.stream().distinct()).hasSize(1);
        assertPushed(1);
    }

    /** What it does with a promise is a matter of the JDK's client; the call ends, and says how. */
    @Test
    void a_handler_of_pushes_that_fails_leaves_the_call_its_report_C8() {
        List<PushPromiseHandler<String>> broken = List.of(
                (request, push, acceptor) -> {
                    throw new IllegalStateException("a bug of a test");
                },
                (request, push, acceptor) -> {
                    throw new AssertionError("a bug of a test");
                },
                accepting(info -> {
                    throw new IllegalStateException("a bug of a test");
                }),
                accepting(info -> {
                    throw new AssertionError("a bug of a test");
                }));
        for (PushPromiseHandler<String> pushes : broken) {
            Optional<RetryReport> report;
            try {
                report = RetryReport.of(client.sendAsync(
                                HttpRequest.newBuilder(uri())
                                        .POST(BodyPublishers.ofString("amount=1000"))
                                        .build(),
                                BodyHandlers.ofString(),
                                pushes)
                        .get(10, TimeUnit.SECONDS));
            } catch (Exception e) {
                report = RetryReport.of(e);
            }
            assertThat(report).hasValueSatisfying(of -> {
                assertThat(of.key()).isNotNull();
                assertThat(of.certainty()).isEqualTo(Certainty.HAPPENED);
            });
        }
    }

    private static PushPromiseHandler<String> accepting(BodyHandler<String> handler) {
        return (request, push, acceptor) -> {
            var unused = acceptor.apply(handler);
        };
    }

    private HttpResponse<String> get() throws Exception {
        return send(HttpRequest.newBuilder(uri()).build());
    }

    private HttpResponse<String> post() throws Exception {
        return send(HttpRequest.newBuilder(uri())
                .POST(BodyPublishers.ofString("amount=1000"))
                .build());
    }

    private HttpResponse<String> send(HttpRequest request) throws Exception {
        return client.sendAsync(
                        request,
                        BodyHandlers.ofString(),
                        PushPromiseHandler.of(push -> BodyHandlers.ofString(), pushed))
                .get(10, TimeUnit.SECONDS);
    }

    private URI uri() {
        return URI.create("http://127.0.0.1:" + server.port() + "/charges");
    }

    private void assertPushed(int times) throws Exception {
        assertThat(pushed).hasSize(times);
        for (var push : pushed.entrySet()) {
            assertThat(push.getKey().uri()).hasPath("/receipt");
            assertThat(push.getValue().get(10, TimeUnit.SECONDS).body()).isEqualTo("the receipt");
        }
    }
}
