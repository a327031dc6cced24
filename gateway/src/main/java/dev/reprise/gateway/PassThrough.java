package dev.reprise.gateway;

import dev.reprise.Headers;
import dev.reprise.Response;
import dev.reprise.http.HttpIdempotency;
import dev.reprise.http.Problem;
import dev.reprise.http.ReplayRules;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.httpproxy.Body;
import io.vertx.httpproxy.HttpProxy;
import io.vertx.httpproxy.MediaType;
import io.vertx.httpproxy.ProxyContext;
import io.vertx.httpproxy.ProxyInterceptor;
import io.vertx.httpproxy.ProxyOptions;
import io.vertx.httpproxy.ProxyRequest;
import io.vertx.httpproxy.ProxyResponse;
import java.io.Serial;
import java.lang.System.Logger.Level;

/** Requests that are not protected, WebSockets among them: proxied as they stream, with the fields of each hop right. */
final class PassThrough implements ProxyInterceptor {
    private static final System.Logger LOG = System.getLogger(PassThrough.class.getName());

    private final HttpIdempotency idempotency;
    private final ForwardedFields forwarded;

    private PassThrough(HttpIdempotency idempotency, ForwardedFields forwarded) {
        this.idempotency = idempotency;
        this.forwarded = forwarded;
    }

    static HttpProxy proxy(
            HttpClient client, HttpIdempotency idempotency, UpstreamRoutes routes, ForwardedFields forwarded) {
        return HttpProxy.reverseProxy(new ProxyOptions().setSupportWebSocket(true), client)
                .origin(context -> routes.passThrough(context.request().proxiedRequest())
                        .map(options -> client.request(options).recover(PassThrough::notReached))
                        .orElseGet(() -> Future.failedFuture(new NoService())))
                .addInterceptor(new PassThrough(idempotency, forwarded), true);
    }

    @Override
    public Future<ProxyResponse> handleProxyRequest(ProxyContext context) {
        ProxyRequest request = context.request();
        forwarded.apply(request.proxiedRequest(), request.headers());
        if (!context.isWebSocket()) {
            keepEndToEnd(request.headers());
            // The gateway has answered it already.
            request.headers().remove(HttpHeaders.EXPECT);
        }
        return context.sendRequest().recover(failure -> {
            Response problem = problem(failure);
            if (!request.proxiedRequest().response().closed()) {
                LOG.log(
                        Level.WARNING,
                        "{0} answered for a request that passed through: {1}",
                        problem.status(),
                        Upstream.describe(failure));
            }
            return Future.succeededFuture(response(request.release().response(), problem));
        });
    }

    @Override
    public Future<Void> handleProxyResponse(ProxyContext context) {
        ProxyResponse response = context.response();
        if (!context.isWebSocket()) {
            keepEndToEnd(response.headers());
            if (isPreflight(context.request().proxiedRequest())) {
                allowKey(response);
            }
        }
        return context.sendResponse();
    }

    private static void keepEndToEnd(MultiMap fields) {
        if (fields.contains(HttpHeaders.CONNECTION) || fields.contains("Keep-Alive") || fields.contains("Trailer")) {
            Headers kept = ReplayRules.endToEnd(Fields.toCore(fields));
            fields.clear();
            Fields.add(kept, fields);
        }
    }

    private static boolean isPreflight(HttpServerRequest request) {
        return request.method().equals(HttpMethod.OPTIONS)
                && request.headers().contains(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD);
    }

    private void allowKey(ProxyResponse response) {
        Response allowed = idempotency.preflight(
                new Response(response.getStatusCode(), Fields.toCore(response.headers()), dev.reprise.Body.EMPTY));
        response.headers().clear();
        Fields.add(allowed.headers(), response.headers());
    }

    private static Response problem(Throwable failure) {
        if (failure instanceof NoService) {
            return Problem.UPSTREAM_UNAVAILABLE.response(404, "There is no service at this path.");
        }
        return failure instanceof NotReached
                ? Problem.UPSTREAM_UNAVAILABLE.response("The service was not reached, so nothing was executed.")
                : Problem.UPSTREAM_UNAVAILABLE.response(
                        "The service failed before it answered. Nobody can tell whether it did what was asked; "
                                + "requests with an idempotency key can be repeated safely.");
    }

    private static ProxyResponse response(ProxyResponse empty, Response content) {
        content.headers().forEach(empty::putHeader);
        return empty.setStatusCode(content.status())
                .setBody(Body.body(Buffer.buffer(content.body().bytes()), MediaType.parse("application/problem+json")));
    }

    private static <T> Future<T> notReached(Throwable failure) {
        return Future.failedFuture(new NotReached(failure));
    }

    /** No connection was established. */
    private static final class NotReached extends RuntimeException {
        @Serial
        private static final long serialVersionUID = 1;

        private NotReached(Throwable cause) {
            super(Upstream.describe(cause), cause);
        }
    }

    /** No service is configured for the path. */
    private static final class NoService extends RuntimeException {
        @Serial
        private static final long serialVersionUID = 1;

        private NoService() {
            super("No service is configured for this path");
        }
    }
}
