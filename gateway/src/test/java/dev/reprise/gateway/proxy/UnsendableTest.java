package dev.reprise.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.Body;
import dev.reprise.IdempotencyEngine;
import dev.reprise.gateway.config.Origin;
import dev.reprise.http.Cors;
import dev.reprise.http.HttpIdempotency;
import dev.reprise.http.HttpNames;
import dev.reprise.http.Next;
import dev.reprise.memory.MemoryStore;
import dev.reprise.testkit.RawClient;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What fails on the way to the service was not reached, and holds no connection to it (S15). The door lets nothing in that
 * the client library is known to refuse; this is about whatever else it may refuse.
 */
class UnsendableTest {
    private static final RequestTarget REFUSED = new RequestTarget("/a b", "", "/a b", "");
    private static final RequestTarget SENT = new RequestTarget("/a", "", "/a", "");

    private final Vertx vertx = Vertx.vertx();
    private final HttpServer service = join(vertx.createHttpServer()
            .requestHandler(request -> request.response().end(request.uri()))
            .listen(0, "127.0.0.1"));
    /** One connection: who keeps it keeps everybody else from the service. */
    private final HttpClient client = vertx.createHttpClient(new PoolOptions().setHttp1MaxSize(1));

    @AfterEach
    void stop() {
        join(vertx.close());
    }

    private static <T> T join(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }

    private static MemoryShare share() {
        return MemoryBudget.ofThisProcess().exchange();
    }

    private UpstreamResult exchange(RequestTarget target) {
        RequestOptions options = new RequestOptions()
                .setHost("127.0.0.1")
                .setPort(service.actualPort())
                .setURI(target.sentOn());
        CompletableFuture<UpstreamResult> result = new CompletableFuture<>();
        vertx.getOrCreateContext()
                .runOnContext(turn -> new Upstream(vertx, client)
                        .exchange(new Upstream.Call(options, Body.EMPTY, 100, Duration.ofSeconds(60), share()))
                        .onSuccess(result::complete));
        return result.join();
    }

    @Test
    void a_protected_request_that_the_client_refuses_is_not_reached() {
        for (int i = 0; i < 3; i++) {
            assertThat(exchange(REFUSED)).isInstanceOf(UpstreamResult.NotReached.class);
        }
        assertThat(exchange(SENT)).isInstanceOf(UpstreamResult.Answered.class);
    }

    @Test
    void a_request_that_passes_through_and_that_the_client_refuses_is_not_reached() throws Exception {
        try (IdempotencyEngine engine =
                IdempotencyEngine.over(new MemoryStore()).build()) {
            PassThrough passThrough = new PassThrough(
                    client,
                    new HttpIdempotency(engine, List.of(), HttpNames.DEFAULT, Cors.NONE),
                    new UpstreamRoutes(List.of(), Origin.parse("http://127.0.0.1:" + service.actualPort())),
                    new ForwardedFields(false));
            HttpServer gateway = join(vertx.createHttpServer()
                    .requestHandler(request -> passThrough.handle(
                            new Caller(request, vertx.getOrCreateContext(), share()),
                            request.uri().equals("/refused") ? REFUSED : SENT,
                            new Next.PassThrough(null, false)))
                    .listen(0, "127.0.0.1"));

            for (String body : List.of("", "body")) {
                for (int i = 0; i < 3; i++) {
                    assertThat(post(gateway, "/refused", body)).startsWith("HTTP/1.1 502 ");
                }
                assertThat(post(gateway, "/a", body)).startsWith("HTTP/1.1 200 ");
            }
        }
    }

    private static String post(HttpServer gateway, String target, String body) throws Exception {
        return RawClient.exchange(
                gateway.actualPort(),
                "POST " + target + " HTTP/1.1\nHost: x\nConnection: close\nContent-Length: " + body.length() + "\n\n"
                        + body);
    }
}
