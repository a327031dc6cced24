package dev.reprise.gateway.proxy;

import dev.reprise.http.ProblemDetails;
import dev.reprise.http.ProblemType;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Supplier;

/**
 * The body of a request that passes through, on its way to the service: no faster than the service takes it, and no
 * slower than every caller has to send. Used on one event loop.
 */
final class Upload {
    private final Caller caller;
    private final HttpServerRequest from;
    private final HttpClientRequest to;
    private int unwritten;
    private boolean paused;
    private boolean ended;

    Upload(Caller caller, HttpClientRequest to) {
        this.caller = caller;
        this.from = caller.request();
        this.to = to;
    }

    /** @param answered the response of the service, which may come before it has read everything */
    void start(Future<HttpClientResponse> answered) {
        to.setChunked(from.headers().contains(HttpHeaders.TRANSFER_ENCODING));
        boolean framed = to.isChunked() || to.headers().contains(HttpHeaders.CONTENT_LENGTH);
        from.exceptionHandler(failure -> {
            if (Unreadable.is(failure)) {
                breakOff(Unreadable.body(), "The body cannot be read");
            } else {
                Upstream.giveUp(to);
            }
        });
        from.endHandler(end -> {
            ended = true;
            caller.mayWait();
            sendOn(to::end);
        });
        from.handler(chunk -> {
            caller.hasSent(chunk.length());
            if (!framed && !to.isChunked()) {
                // Where frames delimit content, only the content itself tells that there is some.
                to.setChunked(true);
            }
            if (!write(chunk)) {
                paused = true;
                from.pause();
                caller.mayWait();
                to.drainHandler(drained -> resume());
            }
        });
        answered.onSuccess(response -> response.end().onComplete(end -> stop()));
        resume();
    }

    /** Writes a piece, which is counted until it has left; whether more may follow at once. */
    private boolean write(Buffer piece) {
        MemoryShare share = caller.share();
        boolean room = share.take(piece.length());
        if (!room) {
            share.add(piece.length());
        }
        unwritten++;
        sendOn(() -> to.write(piece)).onComplete(written -> {
            share.release(piece.length());
            if (--unwritten == 0 && paused) {
                resume();
            }
        });
        return room && !to.writeQueueFull();
    }

    /** The head goes with the first piece, and the client refuses it then or not at all. */
    private Future<Void> sendOn(Supplier<Future<Void>> piece) {
        try {
            return piece.get();
        } catch (RuntimeException e) {
            ended = true;
            caller.mayWait();
            PassThrough.notReached(caller, e);
            Upstream.giveUp(to);
            return Future.failedFuture(e);
        }
    }

    private void resume() {
        if (!ended) {
            caller.isToSend(this::tooSlow);
        }
        paused = false;
        from.resume();
    }

    /** The service has said everything, and the caller has not. */
    private void stop() {
        if (!ended) {
            ended = true;
            caller.mayWait();
            Upstream.giveUp(to);
            PassThrough.discard(caller);
        }
    }

    private void tooSlow() {
        breakOff(
                ProblemType.REQUEST_TIMEOUT.refusal("The request did not come fast enough, and was broken off."),
                "The caller sends too slowly");
    }

    /** The caller hears of it before the service does, whose reaction would be the answer otherwise. */
    private void breakOff(ProblemDetails refusal, String reason) {
        ended = true;
        caller.mayWait();
        PassThrough.fail(caller, refusal, reason);
        Upstream.giveUp(to);
    }
}
