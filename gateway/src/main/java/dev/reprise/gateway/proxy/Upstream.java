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

/** Sends whole requests to services and holds their responses. Used on the event loop of its client. */
final class Upstream {
    private final Vertx vertx;
    private final HttpClient client;
    private final BodyBudget budget;

    Upstream(Vertx vertx, HttpClient client, BodyBudget budget) {
        this.vertx = vertx;
        this.client = client;
        this.budget = budget;
    }

    /**
     * Sends the request, once, and holds its response until it is there as a whole, is longer than the limit, or is a
     * stream of events, which has no end to wait for (S21).
     *
     * @param limit the longest response body to hold, in bytes
     * @param timeout for all of this
     * @return a future that never fails
     */
    Future<UpstreamResult> exchange(RequestOptions options, Buffer body, int limit, Duration timeout) {
        Promise<UpstreamResult> result = Promise.promise();
        client.request(options)
                .onFailure(failure -> result.complete(new NotReached(Failures.describe(failure))))
                .onSuccess(request -> send(request, body, limit, timeout, result));
        return result.future();
    }

    private void send(
            HttpClientRequest request, Buffer body, int limit, Duration timeout, Promise<UpstreamResult> result) {
        long timer = vertx.setTimer(timeout.toMillis(), id -> {
            if (result.tryComplete(new Lost(504, "No answer within " + timeout.toMillis() + " ms"))) {
                request.reset();
            }
        });
        result.future().onComplete(done -> vertx.cancelTimer(timer));
        request.send(body)
                .onFailure(failure -> result.tryComplete(new Lost(502, Failures.describe(failure))))
                .onSuccess(response -> hold(response, limit, result));
    }

    private void hold(HttpClientResponse response, int limit, Promise<UpstreamResult> result) {
        if (response.statusCode() < 200 || response.statusCode() > 599) {
            result.tryComplete(new Lost(502, "It answered with the status " + response.statusCode()));
            response.request().reset();
            return;
        }
        Buffer begun = Buffer.buffer();
        if (ReplayRules.isEndless(response.getHeader(HttpHeaders.CONTENT_TYPE)) || declaredLength(response) > limit) {
            omit(response, begun, result);
            return;
        }
        BodyBudget.Share share = budget.share();
        result.future().onComplete(done -> share.giveBack());
        response.exceptionHandler(failure -> result.tryComplete(new Lost(502, Failures.describe(failure))));
        response.endHandler(end -> result.tryComplete(new Answered(
                head(response)
                        .withBody(Body.of(begun.getBytes()))
                        .withTrailers(ReplayRules.endToEnd(Fields.toCore(response.trailers()))),
                null)));
        response.handler(chunk -> {
            begun.appendBuffer(chunk);
            if (begun.length() > limit || !share.take(chunk.length())) {
                omit(response, begun, result);
            }
        });
    }

    private static void omit(HttpClientResponse response, Buffer begun, Promise<UpstreamResult> result) {
        response.pause();
        result.tryComplete(
                new Answered(head(response).withBody(Body.OMITTED), new Rest(begun, response, response.end())));
    }

    private static long declaredLength(HttpClientResponse response) {
        String length = response.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static Response head(HttpClientResponse response) {
        Headers headers = ReplayRules.endToEnd(Fields.toCore(response.headers()))
                .filter((name, value) -> !name.equalsIgnoreCase("Content-Length"));
        return new Response(response.statusCode(), headers, Body.EMPTY);
    }
}
