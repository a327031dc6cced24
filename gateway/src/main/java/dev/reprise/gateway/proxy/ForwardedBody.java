package dev.reprise.gateway.proxy;

import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;

/**
 * The body of a request on its way to a service, which gets it no faster than it takes it, and no more of it once it has
 * answered to the end. Used on the event loop of the client.
 */
final class ForwardedBody {
    private final HttpClientRequest to;
    private final byte[] bytes;
    private int sent;
    private boolean ended;
    private boolean over;

    ForwardedBody(HttpClientRequest to, byte[] bytes) {
        this.to = to;
        this.bytes = bytes;
    }

    /** Sends the head, and the body behind it. */
    void send() {
        to.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(bytes.length));
        sendMore();
    }

    private void sendMore() {
        while (!over && bytes.length - sent > ResponseWriter.PIECE) {
            if (to.writeQueueFull()) {
                to.drainHandler(drained -> sendMore());
                return;
            }
            to.write(HeldBody.slice(bytes, sent, ResponseWriter.PIECE));
            sent += ResponseWriter.PIECE;
        }
        if (!over && !ended) {
            ended = true;
            to.end(HeldBody.slice(bytes, sent, bytes.length - sent));
        }
    }

    /** The service has answered; if it ends that before it got everything, the connection is of no more use then. */
    void answered(HttpClientResponse response) {
        response.end().onComplete(end -> {
            over = true;
            if (!ended) {
                Upstream.giveUp(to);
            }
        });
    }
}
