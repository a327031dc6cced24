package dev.reprise.gateway;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A service behind a gateway, which remembers what reached it and answers as a test says. Thread-safe. */
final class TestService implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();
    private final HttpServer server;
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private volatile BiConsumer<HttpServerRequest, Buffer> behaviour =
            (request, body) -> request.response().setStatusCode(201).end("done " + received.size());
    private volatile @Nullable Consumer<HttpServerRequest> atOnce;

    /**
     * A request as it came.
     *
     * @param method its method
     * @param uri its target
     * @param headers its fields, in order, each as {@code name: value} with the name in lower case
     * @param body its content
     */
    record Received(String method, String uri, List<String> headers, Buffer body) {
        /** The value of the only field of that name. */
        Optional<String> header(String name) {
            List<String> values = headers.stream()
                    .filter(line -> line.startsWith(name + ": "))
                    .map(line -> line.substring(name.length() + 2))
                    .toList();
            if (values.size() > 1) {
                throw new AssertionError(name + " came " + values.size() + " times: " + values);
            }
            return values.stream().findFirst();
        }
    }

    TestService() {
        this(new HttpServerOptions());
    }

    TestService(HttpServerOptions options) {
        server = vertx.createHttpServer(options)
                .requestHandler(this::handle)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    private void handle(HttpServerRequest request) {
        Consumer<HttpServerRequest> streaming = atOnce;
        if (streaming != null) {
            streaming.accept(request);
            return;
        }
        request.body().onSuccess(body -> {
            received.add(new Received(
                    request.method().name(),
                    request.uri(),
                    request.headers().entries().stream()
                            .map(field -> field.getKey().toLowerCase(java.util.Locale.ROOT) + ": " + field.getValue())
                            .toList(),
                    body));
            behaviour.accept(request, body);
        });
    }

    int port() {
        return server.actualPort();
    }

    /** Answers like this from now on; called on the event loop, when the body has come. */
    void behave(BiConsumer<HttpServerRequest, Buffer> chosen) {
        behaviour = chosen;
    }

    /** Answers like this from now on; called on the event loop, when the head has come, and remembers nothing. */
    void behaveAtOnce(Consumer<HttpServerRequest> chosen) {
        atOnce = chosen;
    }

    /** Answers only after that many milliseconds, and otherwise as before. */
    void slowDown(long millis) {
        behave(slowly(millis, behaviour));
    }

    /** The same behaviour, only after that many milliseconds. */
    BiConsumer<HttpServerRequest, Buffer> slowly(long millis, BiConsumer<HttpServerRequest, Buffer> chosen) {
        return (request, body) -> vertx.setTimer(millis, timer -> chosen.accept(request, body));
    }

    /** What reached it so far. */
    List<Received> received() {
        return List.copyOf(received);
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
