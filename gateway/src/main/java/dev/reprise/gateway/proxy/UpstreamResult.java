package dev.reprise.gateway.proxy;

import dev.reprise.Response;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What became of a request to a service. */
sealed interface UpstreamResult {
    /**
     * The service answered.
     *
     * @param response its answer without hop-by-hop fields; the body is omitted if it is too long to hold
     * @param rest the body where it is omitted
     */
    record Answered(Response response, @Nullable Rest rest) implements UpstreamResult {}

    /**
     * No connection was established, so the service knows nothing of the request.
     *
     * @param reason what happened
     */
    record NotReached(String reason) implements UpstreamResult {}

    /**
     * The service may have seen the request, and its answer did not come or broke off.
     *
     * @param status what a proxy answers then: 502 or 504
     * @param reason what happened
     */
    record Lost(int status, String reason) implements UpstreamResult {}

    /**
     * A body that is not held: what has come of it, and the paused stream of what is still to come.
     *
     * @param begun the bytes that have come
     * @param upstream the stream; on its own event loop
     * @param end the end of the stream, or how it broke off, which may have happened while it was paused
     * @param noRoom whether it is not held because memory is short, and not because of what it is
     */
    record Rest(List<Buffer> begun, HttpClientResponse upstream, Future<Void> end, boolean noRoom) {
        /** Gives up the rest, and the connection with it. */
        void discard() {
            Upstream.giveUp(upstream.request());
        }
    }
}
