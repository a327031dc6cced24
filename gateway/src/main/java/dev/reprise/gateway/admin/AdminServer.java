package dev.reprise.gateway.admin;

import dev.reprise.IdempotencyException;
import dev.reprise.console.operations.Initiator;
import dev.reprise.console.operations.OperationFilter;
import dev.reprise.console.operations.Operations;
import dev.reprise.console.text.OperationsJson;
import dev.reprise.gateway.config.Address;
import dev.reprise.gateway.operations.AdminAccess;
import dev.reprise.gateway.operations.EndRequest;
import dev.reprise.gateway.operations.EraseRequest;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * What an operator and the machines of an operator see: {@code /health}, {@code /ready}, {@code /metrics}, and, for who
 * shows the secret of the store folder, {@code /operations}; and the console.
 */
public final class AdminServer {
    private static final System.Logger LOG = System.getLogger(AdminServer.class.getName());
    private static final int LONGEST_BODY = 4 << 20;
    private static final String JSON = "application/json";
    private static final String TEXT = "text/plain; charset=utf-8";

    private final Vertx vertx;
    private final GatewayMetrics metrics;
    private final Operations operations;
    private final Health health;
    private final Runnable ready;
    private final ConsoleMount console;
    private volatile @Nullable AdminAccess access;

    /**
     * A server that does not listen yet.
     *
     * @param health what has to live
     * @param ready throws when no request can be protected at the moment; may block
     * @param console what is under {@value ConsoleMount#PLACE}
     */
    public AdminServer(
            Vertx vertx,
            GatewayMetrics metrics,
            Operations operations,
            Health health,
            Runnable ready,
            ConsoleMount console) {
        this.vertx = vertx;
        this.metrics = metrics;
        this.operations = operations;
        this.health = health;
        this.ready = ready;
        this.console = console;
    }

    /** Starts to listen, and says with which access. */
    public Future<AdminAccess> start(Address address) {
        HttpServer server = vertx.createHttpServer(new HttpServerOptions().setIdleTimeout(60));
        return server.requestHandler(this::handle)
                .listen(address.port(), address.host())
                .map(listening -> {
                    AdminAccess created = AdminAccess.create(new Address(address.host(), listening.actualPort()));
                    access = created;
                    return created;
                });
    }

    private void handle(HttpServerRequest request) {
        if (request.path() != null && ConsoleMount.has(request.path())) {
            console.handle(vertx, request, access);
            return;
        }
        String path = request.method().name() + " " + request.path();
        switch (path) {
            case "GET /health" -> health.problems().onSuccess(problems -> tell(request, problems));
            case "GET /ready" ->
                work(request, TEXT, () -> {
                    ready.run();
                    return "ready\n";
                });
            case "GET /metrics" -> work(request, "text/plain; version=0.0.4; charset=utf-8", metrics::scrape);
            case "GET /operations" -> authorized(request, () -> work(request, JSON, () -> list(request)));
            case "POST /operations/end" ->
                authorized(request, () -> readBody(request, body -> asked(body).end(operations)));
            case "POST /operations/reconcile" ->
                authorized(request, () -> readBody(request, body -> asked(body).reconcile(operations)));
            case "POST /operations/erase" -> authorized(request, () -> readBody(request, this::erase));
            case "POST /operations/purge" ->
                authorized(
                        request, () -> work(request, JSON, () -> Long.toString(operations.purge(initiator(request)))));
            default -> answer(request, 404, TEXT, "There is /health, /ready, /metrics, /operations and /console/\n");
        }
    }

    private static void tell(HttpServerRequest request, List<String> problems) {
        if (problems.isEmpty()) {
            answer(request, 200, TEXT, "up\n");
        } else {
            answer(request, 503, TEXT, String.join(", ", problems) + ". Restart the gateway.\n");
        }
    }

    private void authorized(HttpServerRequest request, Runnable action) {
        String shown = request.getHeader(HttpHeaders.AUTHORIZATION);
        AdminAccess expected = access;
        if (shown != null && expected != null && expected.admits(shown)) {
            action.run();
        } else {
            request.response().putHeader("WWW-Authenticate", "Bearer");
            answer(request, 401, TEXT, "Show the secret in the file admin of the store folder as a bearer token\n");
        }
    }

    private static Initiator initiator(HttpServerRequest request) {
        return EndRequest.initiator(request.getParam("by"), request.getParam("reason"));
    }

    private String list(HttpServerRequest request) {
        OperationFilter filter = OperationFilter.of(request.params()::getAll);
        return OperationsJson.MAPPER.writeValueAsString(operations.list(filter));
    }

    private static EndRequest asked(String body) {
        @Nullable EndRequest asked = OperationsJson.MAPPER.readValue(body, EndRequest.class);
        if (asked == null) {
            throw new IllegalArgumentException("An object is expected, and not null");
        }
        return asked;
    }

    private long erase(String body) {
        @Nullable EraseRequest asked = OperationsJson.MAPPER.readValue(body, EraseRequest.class);
        if (asked == null) {
            throw new IllegalArgumentException("An object is expected, and not null");
        }
        return asked.apply(operations);
    }

    /** Something done with a whole body, and what came of it. */
    private interface BodyAction {
        Object apply(String body);
    }

    private void readBody(HttpServerRequest request, BodyAction action) {
        List<String> declared = request.headers().getAll(HttpHeaders.CONTENT_LENGTH);
        if (declared.isEmpty()) {
            answer(request, 411, TEXT, "A body with its length is expected\n");
            return;
        }
        if (Long.parseLong(declared.get(0)) > LONGEST_BODY) {
            answer(request, 413, TEXT, "A body of at most " + LONGEST_BODY + " bytes is expected\n");
            return;
        }
        request.body()
                .onSuccess(body -> work(
                        request, JSON, () -> OperationsJson.MAPPER.writeValueAsString(action.apply(body.toString()))));
    }

    /** Answers with the result of something that may block. */
    private void work(HttpServerRequest request, String type, Callable<String> action) {
        vertx.executeBlocking(action, false)
                .onSuccess(result -> answer(request, 200, type, result))
                .onFailure(failure -> {
                    int status = status(failure);
                    if (status == 500) {
                        LOG.log(Level.ERROR, "A request to the admin address failed", failure);
                    }
                    answer(request, status, TEXT, message(failure) + "\n");
                });
    }

    private static String message(Throwable failure) {
        return failure instanceof JacksonException json
                ? json.getOriginalMessage()
                : String.valueOf(failure.getMessage());
    }

    private static int status(Throwable failure) {
        return switch (failure) {
            case IllegalArgumentException bad -> 400;
            case JacksonException bad -> 400;
            case IdempotencyException store -> 503;
            default -> 500;
        };
    }

    private static void answer(HttpServerRequest request, int status, String type, String body) {
        request.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, type)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end(body);
    }
}
