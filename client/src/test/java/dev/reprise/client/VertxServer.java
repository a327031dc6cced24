package dev.reprise.client;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** A server on loopback that speaks HTTP/2 and web sockets. */
final class VertxServer implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();
    private final HttpServer server;

    /** Starts a server with these handlers. */
    VertxServer(UnaryOperator<HttpServer> handlers) throws Exception {
        server = done(handlers.apply(vertx.createHttpServer()).listen(0, "127.0.0.1"));
    }

    int port() {
        return server.actualPort();
    }

    private static <T> T done(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws Exception {
        done(vertx.close());
    }
}
