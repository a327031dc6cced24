package dev.reprise.client;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.util.function.UnaryOperator;

/** A server on loopback that speaks HTTP/2 and web sockets. */
final class VertxServer implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();
    private final HttpServer server;

    /** Starts a server with these handlers. */
    VertxServer(UnaryOperator<HttpServer> handlers) {
        server = done(handlers.apply(vertx.createHttpServer()).listen(0, "127.0.0.1"));
    }

    int port() {
        return server.actualPort();
    }

    private static <T> T done(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }

    @Override
    public void close() {
        done(vertx.close());
    }
}
