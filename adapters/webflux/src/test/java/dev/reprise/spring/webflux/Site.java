package dev.reprise.spring.webflux;

import dev.reprise.IdempotencyEngine;
import dev.reprise.OperationPolicy;
import dev.reprise.http.Route;
import dev.reprise.spi.OperationStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.springframework.http.server.reactive.ReactorHttpHandlerAdapter;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebHandler;
import org.springframework.web.server.adapter.WebHttpHandlerBuilder;
import org.springframework.web.server.handler.ResponseStatusExceptionHandler;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** A reactive application on Reactor Netty behind the filter, and clients to call it with. Thread-safe. */
final class Site implements AutoCloseable {
    static final int LONGEST_REQUEST = 1000;
    static final int LONGEST_RESPONSE = 1000;

    private final IdempotencyEngine engine;
    private final IdempotencyWebFilter filter;
    private final DisposableServer server;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private Site(IdempotencyEngine engine, IdempotencyWebFilter filter, DisposableServer server) {
        this.engine = engine;
        this.filter = filter;
        this.server = server;
    }

    static Site of(OperationStore store, WebHandler handler, WebFilter... outside) {
        return of(store, handler, OperationPolicy.DEFAULT, settings -> settings, outside);
    }

    static Site of(
            OperationStore store,
            WebHandler handler,
            OperationPolicy policy,
            UnaryOperator<IdempotencyWebFilter.Builder> settings,
            WebFilter... outside) {
        IdempotencyEngine engine = IdempotencyEngine.over(store).build();
        Route route = Route.of("/**")
                .withName("work")
                .withKeyRequired(true)
                .withPolicy(policy)
                .withMaxRequestBody(LONGEST_REQUEST)
                .withMaxResponseBody(LONGEST_RESPONSE);
        ResponseStatusExceptionHandler errors = new ResponseStatusExceptionHandler();
        IdempotencyWebFilter filter = settings.apply(
                        IdempotencyWebFilter.over(engine, List.of(route)).exceptionHandlers(List.of(errors)))
                .build();
        DisposableServer server = HttpServer.create()
                .host("127.0.0.1")
                .port(0)
                .handle(new ReactorHttpHandlerAdapter(WebHttpHandlerBuilder.webHandler(handler)
                        .filter(outside)
                        .filter(filter)
                        .exceptionHandler(errors)
                        .build()))
                .bindNow();
        return new Site(engine, filter, server);
    }

    int port() {
        return server.port();
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                .timeout(Duration.ofSeconds(30));
    }

    HttpRequest.Builder keyed(String key, String body) {
        return request("/work").header("Idempotency-Key", key).POST(BodyPublishers.ofString(body));
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    HttpResponse<String> post(String key, String body) throws IOException, InterruptedException {
        return send(keyed(key, body));
    }

    CompletableFuture<HttpResponse<String>> posting(String key, String body) {
        return client.sendAsync(keyed(key, body).build(), BodyHandlers.ofString());
    }

    /** A caller that can go away whenever it wants to; it has sent a request with the key and this much of its body. */
    Socket caller(String key, int announced, String sent) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port());
        socket.getOutputStream()
                .write(("POST /work HTTP/1.1\r\nHost: localhost\r\nIdempotency-Key: " + key + "\r\nContent-Length: "
                                + announced + "\r\n\r\n" + sent)
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    static boolean isReplay(HttpResponse<?> response) {
        return response.headers().firstValue("Idempotent-Replayed").isPresent();
    }

    @Override
    public void close() {
        client.shutdownNow();
        server.disposeNow();
        filter.close();
        engine.close();
    }
}
