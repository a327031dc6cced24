package dev.reprise.gateway.proxy;

import dev.reprise.Response;
import dev.reprise.gateway.admin.GatewayMetrics;
import dev.reprise.gateway.config.Authorization;
import dev.reprise.gateway.config.GatewayConfig;
import dev.reprise.http.HttpIdempotency;
import dev.reprise.http.Next;
import dev.reprise.http.ProblemDetails;
import dev.reprise.http.ProblemType;
import dev.reprise.http.ProtectedRequest;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The gateway on one event loop; several share the port. */
public final class ProxyVerticle extends VerticleBase {
    private static final Duration CHECK = Duration.ofMillis(500);

    private final GatewayConfig config;
    private final HttpIdempotency idempotency;
    private final UpstreamRoutes routes;
    private final Principals principals;
    private final ForwardedFields forwarded;
    private final MemoryBudget budget;
    private final ExecutorService threads;
    private final GatewayMetrics metrics;
    private @Nullable HttpServer server;
    private @Nullable Exchanges open;

    /**
     * A proxy that is not started yet.
     *
     * @param budget bounds what all proxies hold
     */
    public ProxyVerticle(
            GatewayConfig config,
            HttpIdempotency idempotency,
            MemoryBudget budget,
            ExecutorService threads,
            GatewayMetrics metrics) {
        this.config = config;
        this.idempotency = idempotency;
        this.routes = new UpstreamRoutes(config.routes(), config.upstream());
        this.principals = new Principals(config.principal());
        this.forwarded = new ForwardedFields(config.trustForwarded());
        this.budget = budget;
        this.threads = threads;
        this.metrics = metrics;
    }

    @Override
    public Future<?> start() {
        HttpClient client = ConnectionLimits.client(vertx, config);
        Upstream upstream = new Upstream(vertx, client);
        Authorization authorization = config.authorization();
        Exchanges exchanges = new Exchanges(vertx);
        open = exchanges;
        ProxyServices services = new ProxyServices(
                routes,
                upstream,
                authorization == null ? null : new AuthorizationCheck(authorization, upstream, forwarded),
                forwarded,
                threads,
                exchanges);
        PassThrough passThrough = new PassThrough(client, idempotency, routes, forwarded);
        Callers callers = new Callers(context, budget, CallerLimits.of(config.limits()));
        vertx.setPeriodic(CHECK.toMillis(), timer -> callers.check());
        HttpServer created = vertx.createHttpServer(ConnectionLimits.server(config));
        server = created;
        // A negative port is a free one that all instances share.
        int port = config.listen().port() == 0 ? -1 : config.listen().port();
        return created.connectionHandler(callers::connects)
                // What a caller does to its connection is its own business.
                .exceptionHandler(FailureText::escalate)
                .invalidRequestHandler(request -> Unreadable.answer(request, idempotency::refuseUnread))
                .requestHandler(request -> {
                    Caller caller = callers.admit(request);
                    if (caller == null) {
                        refuseForMemory(request);
                    } else {
                        handle(caller, services, passThrough);
                    }
                })
                .listen(port, config.listen().host());
    }

    /** Nothing is held of the request, neither its body nor anybody who waits for its end. */
    private void refuseForMemory(HttpServerRequest request) {
        Response refusal = idempotency.refuseUnread(ProblemType.STORE_UNAVAILABLE
                .refusal("The gateway holds as much as it can, so nothing was executed. Ask again later.")
                .withRetryAfter(Duration.ofSeconds(1)));
        HttpServerResponse response = request.response().setStatusCode(refusal.status());
        VertxFields.add(refusal.headers(), response.headers());
        if (request.version() != HttpVersion.HTTP_2) {
            response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
        response.end(Buffer.buffer(refusal.body().bytes()));
    }

    private void handle(Caller caller, ProxyServices services, PassThrough passThrough) {
        if (caller.request().version() == HttpVersion.HTTP_1_0) {
            endWithConnection(caller);
        }
        caller.understands(idempotency::refuseUnread);
        switch (Door.enter(caller.request())) {
            case Door.Entry.Admitted(RequestTarget target) -> admit(caller, target, services, passThrough);
            case Door.Entry.Refused(ProblemDetails refusal, boolean last) -> {
                metrics.refused();
                if (last) {
                    refuseLast(caller.request(), caller.refusal(refusal));
                } else {
                    ResponseWriter.write(caller, caller.refusal(refusal), null);
                }
            }
        }
    }

    private void admit(Caller caller, RequestTarget target, ProxyServices services, PassThrough passThrough) {
        ClientRequest client = new ClientRequest(caller, target, principals);
        caller.understands(refusal -> idempotency.refuse(client, refusal));
        switch (idempotency.admit(client)) {
            case Next.PassThrough unprotected -> {
                metrics.passedThrough();
                if (unprotected.keyed()) {
                    metrics.unprotectedKey(client.method(), client.path());
                }
                passThrough.handle(caller, target, unprotected);
            }
            case Next.Respond(Response response) -> {
                if (response.status() >= 400) {
                    metrics.refused();
                }
                ResponseWriter.write(caller, response, null);
            }
            case Next.ReadBody(ProtectedRequest protectedRequest) -> {
                principals
                        .mistakenSignature(caller.request())
                        .ifPresent(signature ->
                                metrics.signedAnew(protectedRequest.route().name(), signature.scheme()));
                new ProtectedExchange(services, context, caller, client, protectedRequest).start();
            }
            case Next.Run ignored -> throw new AssertionError("A request runs before its body is read");
        }
    }

    private static void refuseLast(HttpServerRequest request, Response refusal) {
        HttpServerResponse response = request.response().setStatusCode(refusal.status());
        VertxFields.add(refusal.headers(), response.headers());
        ResponseWriter.date(response);
        Buffer body = Buffer.buffer(refusal.body().bytes());
        response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
                .putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
        // The response is never ended: what follows on the connection would be the next request then.
        response.write(body).onComplete(sent -> request.connection().close());
    }

    /** The old protocol has no chunks: where the length is not said, only the end of the connection ends a body. */
    private static void endWithConnection(Caller caller) {
        caller.over().onComplete(over -> {
            if (!caller.response().headers().contains(HttpHeaders.CONTENT_LENGTH)) {
                caller.request().connection().close();
            }
        });
    }

    /** Completes when the event loop gets to it. */
    public Future<Void> ping() {
        Promise<Void> answered = Promise.promise();
        context.runOnContext(turn -> answered.complete());
        return answered.future();
    }

    /** The port that callers connect to. */
    public int port() {
        return server == null ? 0 : server.actualPort();
    }

    /**
     * Takes no further connections, lets the open ones finish what they have begun, and then waits for what goes on without its
     * caller.
     *
     * @return how many operations were not finished in time
     */
    public Future<Integer> drain(Duration atMost) {
        HttpServer listening = server;
        Exchanges exchanges = open;
        if (listening == null || exchanges == null) {
            return Future.succeededFuture(0);
        }
        long end = System.nanoTime() + atMost.toNanos();
        Promise<Integer> unfinished = Promise.promise();
        listening
                .shutdown(atMost.toMillis(), TimeUnit.MILLISECONDS)
                .onComplete(shut -> context.runOnContext(turn -> exchanges
                        .drain(Duration.ofNanos(Math.max(0, end - System.nanoTime())))
                        .onComplete(unfinished)));
        return unfinished.future();
    }
}
