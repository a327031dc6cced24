package dev.reprise.gateway.proxy;

import dev.reprise.Body;
import dev.reprise.Response;
import dev.reprise.http.HttpIdempotency;
import dev.reprise.http.Next;
import dev.reprise.http.ProblemDetails;
import dev.reprise.http.ProblemType;
import dev.reprise.http.ReplayRules;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.RequestOptions;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;

/**
 * Requests that are not protected, WebSockets among them: they stream through, with the fields of each hop right and
 * no more held of them than a slow reader has not taken yet. Used on the event loop of its client.
 *
 * <p>Vert.x has a proxy of its own, which is not used because it reads and rewrites what is none of its business: media
 * types, dates and cache directives, and fails where it cannot; it drops trailers and the fields of a refused upgrade,
 * and copies WebSockets as fast as they come.
 */
final class PassThrough {
    private static final System.Logger LOG = System.getLogger(PassThrough.class.getName());
    private static final String WEBSOCKET = "websocket";
    /** Those that do no more when they are repeated (RFC 9110, section 9.2.2). */
    private static final Set<HttpMethod> IDEMPOTENT = Set.of(
            HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS, HttpMethod.TRACE, HttpMethod.PUT, HttpMethod.DELETE);

    private final HttpClient client;
    private final HttpIdempotency idempotency;
    private final UpstreamRoutes routes;
    private final ForwardedFields forwarded;

    PassThrough(HttpClient client, HttpIdempotency idempotency, UpstreamRoutes routes, ForwardedFields forwarded) {
        this.client = client;
        this.idempotency = idempotency;
        this.routes = routes;
        this.forwarded = forwarded;
    }

    /**
     * Takes over the request, in the turn in which it came.
     *
     * @param target its target
     * @param next what was decided about it
     */
    void handle(Caller caller, RequestTarget target, Next.PassThrough next) {
        HttpServerRequest request = caller.request();
        Optional<RequestOptions> service =
                request.method().equals(HttpMethod.CONNECT) ? Optional.empty() : routes.passThrough(next.route());
        if (service.isEmpty()) {
            ResponseWriter.write(
                    caller,
                    caller.refusal(ProblemType.UPSTREAM_UNAVAILABLE
                            .refusal("There is no service at this path.")
                            .withStatus(404)),
                    null);
            return;
        }
        request.pause();
        request.exceptionHandler(failure -> {
            if (Unreadable.is(failure)) {
                fail(caller, Unreadable.body(), "The body cannot be read");
            }
        });
        client.request(service.get().setMethod(request.method()).setURI(target.sentOn()))
                .onFailure(failure -> notReached(caller, failure))
                .onSuccess(upstream -> {
                    try {
                        send(caller, upstream, next.keyed());
                    } catch (RuntimeException e) {
                        notReached(caller, e);
                        Upstream.giveUp(upstream);
                    }
                });
    }

    static void notReached(Caller caller, Throwable failure) {
        fail(
                caller,
                ProblemType.UPSTREAM_UNAVAILABLE.refusal("The service was not reached, so nothing was executed."),
                FailureText.describe(failure));
    }

    private void send(Caller caller, HttpClientRequest upstream, boolean keyed) {
        HttpServerRequest request = caller.request();
        upstream.exceptionHandler(failure -> discard(caller));
        if (caller.isOver()) {
            Upstream.giveUp(upstream);
            return;
        }
        boolean upgrade = request.canUpgradeToWebSocket();
        VertxFields.add(
                ReplayRules.endToEnd(VertxFields.toCore(request.headers())).filter((name, value) -> !isOfThisHop(name)),
                upstream.headers());
        forwarded.apply(request, upstream.headers());
        if (upgrade) {
            upstream.putHeader(HttpHeaders.CONNECTION, HttpHeaders.UPGRADE).putHeader(HttpHeaders.UPGRADE, WEBSOCKET);
        }
        Future<HttpClientResponse> answered = upstream.response().map(response -> {
            answer(caller, response, upgrade, keyed);
            return response;
        });
        answered.onFailure(failure -> {
            Upstream.giveUp(upstream);
            fail(caller, lost(caller, failure), FailureText.describe(failure));
        });
        caller.over().onComplete(over -> {
            if (!answered.isComplete()) {
                Upstream.giveUp(upstream);
            }
        });
        if (upgrade) {
            request.resume();
            upstream.connect();
        } else {
            caller.invite();
            new Upload(caller, upstream).start(answered);
        }
    }

    private static boolean isOfThisHop(String name) {
        // The gateway answers an expectation itself.
        return name.equalsIgnoreCase("Host") || name.equalsIgnoreCase("Expect");
    }

    /** Reads on, so that the caller gets to read the answer. */
    static void discard(Caller caller) {
        caller.request().handler(null).endHandler(null).resume();
    }

    private void answer(Caller caller, HttpClientResponse response, boolean upgrade, boolean keyed) {
        HttpServerResponse to = caller.response();
        HttpMethod method = caller.request().method();
        boolean switching = response.statusCode() == 101;
        if (switching && !upgrade) {
            throw new IllegalStateException("The service switches protocols without having been asked to");
        }
        to.setStatusCode(response.statusCode());
        // With a reason of its own, Vert.x takes a 304 for a response with content.
        if (response.statusCode() != 304 && !to.getStatusMessage().equals(response.statusMessage())) {
            to.setStatusMessage(response.statusMessage());
        }
        VertxFields.add(ReplayRules.endToEnd(VertxFields.toCore(response.headers())), to.headers());
        if (keyed) {
            VertxFields.add(idempotency.keyIgnored(), to.headers());
        }
        ResponseWriter.date(to);
        if (switching) {
            to.putHeader(HttpHeaders.CONNECTION, HttpHeaders.UPGRADE).putHeader(HttpHeaders.UPGRADE, WEBSOCKET);
            caller.mayWait();
            Tunnel.open(caller.request(), response.netSocket());
            return;
        }
        if (isPreflight(caller.request())) {
            allowKey(to);
        }
        boolean empty = method.equals(HttpMethod.HEAD) || ResponseWriter.hasNoContent(response.statusCode());
        if (!empty && !to.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
            to.setChunked(true);
        }
        ResponseWriter.pour(new UpstreamResult.Rest(List.of(), response, response.end(), false), caller);
    }

    private static boolean isPreflight(HttpServerRequest request) {
        return request.method().equals(HttpMethod.OPTIONS)
                && request.headers().contains(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD);
    }

    private void allowKey(HttpServerResponse response) {
        MultiMap fields = response.headers();
        Response allowed =
                idempotency.preflight(new Response(response.getStatusCode(), VertxFields.toCore(fields), Body.EMPTY));
        fields.clear();
        VertxFields.add(allowed.headers(), fields);
    }

    /** What does no more when it is repeated may be sent again; of anything else nobody must be told so (S15). */
    private static ProblemDetails lost(Caller caller, Throwable failure) {
        ProblemDetails refusal = IDEMPOTENT.contains(caller.request().method())
                ? ProblemType.UPSTREAM_UNAVAILABLE.refusal("The service failed before it answered.")
                : ProblemType.OUTCOME_UNKNOWN.refusal(
                        "The service failed before it answered. Nobody can tell whether it did what was asked; "
                                + "requests with an idempotency key can be repeated safely.");
        return refusal.withStatus(failure instanceof TimeoutException ? 504 : 502);
    }

    /** @param reason what happened, for the log */
    static void fail(Caller caller, ProblemDetails problem, String reason) {
        HttpServerResponse to = caller.response();
        if (caller.isOver()) {
            return;
        }
        LOG.log(Level.WARNING, "{0} answered for a request that passed through: {1}", problem.status(), reason);
        if (to.headWritten()) {
            caller.leave();
            return;
        }
        discard(caller);
        to.headers().clear();
        ResponseWriter.write(caller, caller.refusal(problem), null);
    }
}
