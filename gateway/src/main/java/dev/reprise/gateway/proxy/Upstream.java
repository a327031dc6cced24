package dev.reprise.gateway.proxy;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.Response;
import dev.reprise.gateway.proxy.UpstreamResult.Answered;
import dev.reprise.gateway.proxy.UpstreamResult.Lost;
import dev.reprise.gateway.proxy.UpstreamResult.NotReached;
import dev.reprise.gateway.proxy.UpstreamResult.Rest;
import dev.reprise.http.ReplayRules;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.RequestOptions;
import java.time.Duration;
import java.util.List;

/**
 * Sends whole requests to services and holds their responses, of which it takes memory in the share of the exchange. Used
 * on the event loop of its client.
 */
final class Upstream {
    private final Vertx vertx;
    private final HttpClient client;

    Upstream(Vertx vertx, HttpClient client) {
        this.vertx = vertx;
        this.client = client;
    }

    /**
     * A request to a service.
     *
     * @param options its head, without a length
     * @param body its content
     * @param limit the longest response body to hold, in bytes
     * @param timeout from the sending to the end of what is held
     * @param share what the response body is counted in
     */
    record Call(RequestOptions options, Body body, int limit, Duration timeout, MemoryShare share) {}

    /**
     * Sends the request, once, and holds its response until it is there as a whole, is longer than the limit, or is a
     * stream of events, which has no end to wait for (S21).
     *
     * @return a future that never fails
     */
    Future<UpstreamResult> exchange(Call call) {
        Promise<UpstreamResult> result = Promise.promise();
        try {
            client.request(call.options())
                    .onFailure(failure -> result.complete(new NotReached(FailureText.describe(failure))))
                    .onSuccess(request -> send(request, call, result));
        } catch (RuntimeException e) {
            result.tryComplete(new NotReached(FailureText.describe(e)));
        }
        return result.future();
    }

    private void send(HttpClientRequest request, Call call, Promise<UpstreamResult> result) {
        long timer = vertx.setTimer(call.timeout().toMillis(), id -> {
            String reason = "No answer within " + call.timeout().toMillis() + " ms";
            if (result.tryComplete(new Lost(504, reason))) {
                giveUp(request);
            }
        });
        result.future().onComplete(done -> vertx.cancelTimer(timer));
        // What fails shows in the response.
        request.exceptionHandler(failure -> {});
        ForwardedBody body = new ForwardedBody(request, call.body().bytes());
        request.response()
                .onFailure(failure -> result.tryComplete(new Lost(502, FailureText.describe(failure))))
                .onSuccess(response -> {
                    body.answered(response);
                    hold(response, call, result);
                });
        try {
            body.send();
        } catch (RuntimeException e) {
            // The head was not accepted, so nothing of it has left.
            result.tryComplete(new NotReached(FailureText.describe(e)));
            giveUp(request);
        }
    }

    /**
     * Gives up a request, and the connection for it at once: by itself it waits until everything that was written has left,
     * which a service that does not read puts off.
     */
    static void giveUp(HttpClientRequest request) {
        request.reset();
        Channels.close(Channels.of(request.connection()));
    }

    private void hold(HttpClientResponse response, Call call, Promise<UpstreamResult> result) {
        if (response.statusCode() < 200 || response.statusCode() > 599) {
            result.tryComplete(new Lost(502, "It answered with the status " + response.statusCode()));
            giveUp(response.request());
            return;
        }
        long declared = declaredLength(response);
        HeldBody held = new HeldBody(call.share(), call.limit(), declared);
        if (ReplayRules.isEndless(response.getHeader(HttpHeaders.CONTENT_TYPE)) || declared > call.limit()) {
            omit(response, held.pieces(), false, result);
            return;
        }
        response.exceptionHandler(failure -> result.tryComplete(new Lost(502, FailureText.describe(failure))));
        response.endHandler(end -> complete(response, held, result));
        response.handler(chunk -> {
            HeldBody.Added added = held.add(chunk);
            if (added != HeldBody.Added.HELD) {
                List<Buffer> begun = held.pieces();
                begun.add(chunk);
                omit(response, begun, added == HeldBody.Added.NO_ROOM, result);
            }
        });
    }

    private static void complete(HttpClientResponse response, HeldBody held, Promise<UpstreamResult> result) {
        byte[] whole = held.whole();
        Response answer = head(response).withTrailers(ReplayRules.endToEnd(VertxFields.toCore(response.trailers())));
        result.tryComplete(
                whole == null
                        ? new Answered(
                                answer.withBody(Body.OMITTED),
                                new Rest(held.pieces(), response, Future.succeededFuture(), true))
                        : new Answered(answer.withBody(Body.of(whole)), null));
    }

    private static void omit(
            HttpClientResponse response, List<Buffer> begun, boolean noRoom, Promise<UpstreamResult> result) {
        response.pause();
        response.handler(null);
        result.tryComplete(
                new Answered(head(response).withBody(Body.OMITTED), new Rest(begun, response, response.end(), noRoom)));
    }

    private static long declaredLength(HttpClientResponse response) {
        String length = response.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return length == null ? -1 : Long.parseLong(length);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private static Response head(HttpClientResponse response) {
        Headers headers = ReplayRules.endToEnd(VertxFields.toCore(response.headers()))
                .filter((name, value) -> !name.equalsIgnoreCase("Content-Length"));
        return new Response(response.statusCode(), headers, Body.EMPTY);
    }
}
