package dev.reprise.benchmarks;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.BitSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;

/**
 * A service that knows which operations had an effect, and can be restarted at the same port: its connections break, whatever is on
 * them. An operation is a number, at the start of the body. Thread-safe.
 */
final class SoakService {
    /** How long an effect takes, so that some are cut off by a restart. */
    private static final long WORK_MILLIS = 2;

    private final Vertx vertx;
    private final Context context;
    private final BitSet effects = new BitSet();
    private final LongAdder repeated = new LongAdder();
    private HttpServer server;
    private long count;

    SoakService(Vertx vertx) throws Exception {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.server = listen(0);
    }

    private HttpServer listen(int port) throws Exception {
        CompletableFuture<HttpServer> listening = new CompletableFuture<>();
        context.runOnContext(now -> vertx.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> work(request, body)))
                .listen(port, "127.0.0.1")
                .onComplete(listening::complete, listening::completeExceptionally));
        return get(listening);
    }

    int port() {
        return server.actualPort();
    }

    /** How many effects there were beyond one for each operation. */
    long repeated() {
        return repeated.sum();
    }

    /** Breaks all connections, and serves again. */
    void restart() throws Exception {
        int port = port();
        get(server.close().toCompletionStage().toCompletableFuture());
        server = listen(port);
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        try {
            return future.get(30, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IllegalStateException("The service does not restart", e);
        }
    }

    /** All on one event loop. */
    private void work(HttpServerRequest request, Buffer body) {
        int operation = Integer.parseInt(body.getString(0, SoakCallers.DIGITS).strip());
        if (effects.get(operation)) {
            repeated.increment();
        }
        effects.set(operation);
        String answer = "{\"operation\":" + operation + ",\"effect\":" + ++count + ",\"status\":\"succeeded\"}";
        vertx.setTimer(WORK_MILLIS, timer -> {
            if (!request.response().closed()) {
                request.response()
                        .setStatusCode(201)
                        .putHeader("Content-Type", "application/json")
                        .end(answer);
            }
        });
    }
}
