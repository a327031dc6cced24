package dev.reprise.gateway.proxy;

import dev.reprise.Body;
import dev.reprise.Response;
import dev.reprise.http.HttpIdempotency;
import dev.reprise.http.Problem;
import dev.reprise.http.ReplayRules;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.RequestOptions;
import java.lang.System.Logger.Level;
import java.util.Optional;
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

    /** Takes over the request, in the turn in which it came. */
    void handle(HttpServerRequest caller) {
        Optional<RequestOptions> service =
                caller.method().equals(HttpMethod.CONNECT) ? Optional.empty() : routes.passThrough(caller);
        if (service.isEmpty()) {
            ResponseWriter.write(
                    caller.response(),
                    Problem.UPSTREAM_UNAVAILABLE
                            .refusal("There is no service at this path.")
                            .withStatus(404)
                            .document(),
                    null);
            return;
        }
        caller.pause();
        client.request(service.get().setMethod(caller.method()).setURI(routes.uri(caller)))
                .onFailure(failure -> notReached(caller, failure))
                .onSuccess(upstream -> {
                    try {
                        send(caller, upstream);
                    } catch (RuntimeException e) {
                        // A field that one version of HTTP can say and another cannot.
                        upstream.reset();
                        notReached(caller, e);
                    }
                });
    }

    private static void notReached(HttpServerRequest caller, Throwable failure) {
        fail(
                caller,
                Problem.UPSTREAM_UNAVAILABLE
                        .refusal("The service was not reached, so nothing was executed.")
                        .document(),
                failure);
    }

    private void send(HttpServerRequest caller, HttpClientRequest upstream) {
        HttpServerResponse answer = caller.response();
        upstream.exceptionHandler(failure -> discard(caller));
        if (answer.closed()) {
            upstream.reset();
            return;
        }
        answer.closeHandler(gone -> {
            if (!answer.ended()) {
                upstream.reset();
            }
        });
        boolean upgrade = caller.canUpgradeToWebSocket();
        Fields.add(
                ReplayRules.endToEnd(Fields.toCore(caller.headers())).filter((name, value) -> !isOfThisHop(name)),
                upstream.headers());
        forwarded.apply(caller, upstream.headers());
        if (upgrade) {
            upstream.putHeader(HttpHeaders.CONNECTION, HttpHeaders.UPGRADE).putHeader(HttpHeaders.UPGRADE, WEBSOCKET);
        }
        upstream.response()
                .map(response -> {
                    answer(caller, response, upgrade);
                    return response;
                })
                .onFailure(failure -> {
                    upstream.reset();
                    fail(caller, lost(failure), failure);
                });
        if (upgrade) {
            caller.resume();
            upstream.connect();
        } else {
            pour(caller, upstream);
        }
    }

    private static boolean isOfThisHop(String name) {
        // The gateway has answered an expectation already.
        return name.equalsIgnoreCase("Host") || name.equalsIgnoreCase("Expect");
    }

    private static void pour(HttpServerRequest from, HttpClientRequest to) {
        to.setChunked(from.headers().contains(HttpHeaders.TRANSFER_ENCODING));
        boolean framed = to.isChunked() || to.headers().contains(HttpHeaders.CONTENT_LENGTH);
        from.exceptionHandler(failure -> to.reset());
        from.endHandler(end -> to.end());
        from.handler(chunk -> {
            if (!framed && !to.isChunked()) {
                // Where frames delimit content, only the content itself tells that there is some.
                to.setChunked(true);
            }
            to.write(chunk);
            if (to.writeQueueFull()) {
                from.pause();
                to.drainHandler(drained -> from.resume());
            }
        });
        from.resume();
    }

    /** Reads on, so that the caller gets to read the answer. */
    private static void discard(HttpServerRequest request) {
        request.handler(null).endHandler(null).resume();
    }

    private void answer(HttpServerRequest caller, HttpClientResponse response, boolean upgrade) {
        HttpServerResponse to = caller.response();
        boolean switching = response.statusCode() == 101;
        if (switching && !upgrade) {
            throw new IllegalStateException("The service switches protocols without having been asked to");
        }
        to.setStatusCode(response.statusCode());
        // With a reason of its own, Vert.x takes a 304 for a response with content.
        if (response.statusCode() != 304 && !to.getStatusMessage().equals(response.statusMessage())) {
            to.setStatusMessage(response.statusMessage());
        }
        Fields.add(ReplayRules.endToEnd(Fields.toCore(response.headers())), to.headers());
        ResponseWriter.date(to);
        if (switching) {
            to.putHeader(HttpHeaders.CONNECTION, HttpHeaders.UPGRADE).putHeader(HttpHeaders.UPGRADE, WEBSOCKET);
            Tunnel.open(caller, response.netSocket());
            return;
        }
        if (isPreflight(caller)) {
            allowKey(to);
        }
        boolean empty = caller.method().equals(HttpMethod.HEAD) || ResponseWriter.hasNoContent(response.statusCode());
        if (!empty && !to.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
            to.setChunked(true);
        }
        ResponseWriter.pour(new UpstreamResult.Rest(Buffer.buffer(), response, response.end()), to);
    }

    private static boolean isPreflight(HttpServerRequest request) {
        return request.method().equals(HttpMethod.OPTIONS)
                && request.headers().contains(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD);
    }

    private void allowKey(HttpServerResponse response) {
        MultiMap fields = response.headers();
        Response allowed =
                idempotency.preflight(new Response(response.getStatusCode(), Fields.toCore(fields), Body.EMPTY));
        fields.clear();
        Fields.add(allowed.headers(), fields);
    }

    private static Response lost(Throwable failure) {
        return Problem.UPSTREAM_UNAVAILABLE
                .refusal("The service failed before it answered. Nobody can tell whether it did what was asked; "
                        + "requests with an idempotency key can be repeated safely.")
                .withStatus(failure instanceof TimeoutException ? 504 : 502)
                .document();
    }

    private static void fail(HttpServerRequest caller, Response problem, Throwable failure) {
        HttpServerResponse to = caller.response();
        if (to.closed() || to.ended()) {
            return;
        }
        LOG.log(
                Level.WARNING,
                "{0} answered for a request that passed through: {1}",
                problem.status(),
                Failures.describe(failure));
        if (to.headWritten()) {
            to.reset();
            return;
        }
        discard(caller);
        to.headers().clear();
        ResponseWriter.write(to, problem, null);
    }
}
