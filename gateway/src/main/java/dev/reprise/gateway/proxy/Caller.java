package dev.reprise.gateway.proxy;

import dev.reprise.Response;
import dev.reprise.http.ProblemDetails;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The caller's side of one exchange: what is held for it, how long it keeps the gateway waiting, and when it is over.
 * Used on its event loop.
 */
final class Caller {
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Context context;
    private final MemoryShare share;
    private final Promise<Void> over = Promise.promise();
    private final Pace sending = new Pace();
    private final Pace taking = new Pace();
    private int unwritten;
    private boolean kept;
    private boolean invited;
    private @Nullable Runnable whenSlow;
    private @Nullable Runnable ready;
    private Function<ProblemDetails, Response> dialect = ProblemDetails::document;

    /**
     * The caller of a request that has just come.
     *
     * @param share what is held for the exchange; given back when it is over
     */
    Caller(HttpServerRequest request, Context context, MemoryShare share) {
        this.request = request;
        this.response = request.response();
        this.context = context;
        this.share = share;
        response.closeHandler(gone -> over.tryComplete());
        over.future().onComplete(done -> giveBack());
    }

    HttpServerRequest request() {
        return request;
    }

    HttpServerResponse response() {
        return response;
    }

    /** From now on the gateway's own answers are written like that. */
    void understands(Function<ProblemDetails, Response> written) {
        dialect = written;
    }

    /** An answer of the gateway's own, as this caller understands it. */
    Response refusal(ProblemDetails refusal) {
        return dialect.apply(refusal);
    }

    MemoryShare share() {
        return share;
    }

    /** Lets the share live on without the caller, for an exchange that goes on without it. */
    void keep() {
        kept = true;
    }

    /** The exchange needs the share no longer than its caller. */
    void letGo() {
        kept = false;
        giveBack();
    }

    private void giveBack() {
        if (!kept && over.future().isComplete()) {
            share.giveBack();
        }
    }

    /** Completes when the last byte of the response has left, or the caller has. */
    Future<Void> over() {
        return over.future();
    }

    /** Whether there is nobody to answer any more, or nothing to answer. */
    boolean isOver() {
        return over.future().isComplete() || response.closed() || response.ended();
    }

    /** From now on the caller is to send, and to do so at the pace that is asked of everybody. */
    void isToSend(Runnable whenTooSlow) {
        whenSlow = whenTooSlow;
        sending.waits();
    }

    /** Something has come. */
    void hasSent(int bytes) {
        sending.moved(bytes);
    }

    /** The caller may wait with what it has to send. */
    void mayWait() {
        sending.goesOn();
        share.goesOn();
    }

    /** Whether the caller sends its body only when it is asked to (RFC 9110, section 10.1.1). */
    boolean waitsForInvitation() {
        return !invited
                && request.version() != HttpVersion.HTTP_1_0
                && request.headers().contains(HttpHeaders.EXPECT, HttpHeaders.CONTINUE, true);
    }

    /** Asks for the body. */
    void invite() {
        if (waitsForInvitation()) {
            invited = true;
            response.writeContinue();
        }
    }

    /**
     * Writes a piece, whose bytes are counted until they have left.
     *
     * @return whether more may follow at once; otherwise it waits for {@link #whenReady}
     */
    boolean write(Buffer piece) {
        boolean room = count(piece);
        watch(response.write(piece), piece.length());
        return room && !response.writeQueueFull();
    }

    /** Does something once more may be written. */
    void whenReady(Runnable next) {
        if (unwritten == 0 && !response.writeQueueFull()) {
            next.run();
            return;
        }
        ready = next;
        response.drainHandler(drained -> goOn());
    }

    private void goOn() {
        Runnable next = ready;
        ready = null;
        if (next != null) {
            next.run();
        }
    }

    /** Writes the last piece. */
    void end(Buffer last) {
        count(last);
        watch(response.end(last), last.length()).onComplete(done -> over.tryComplete());
    }

    void end() {
        watch(response.end(), 0).onComplete(done -> over.tryComplete());
    }

    /** What is here is held in any case; where there is no room, nothing more is taken in before it has left. */
    private boolean count(Buffer piece) {
        if (share.take(piece.length())) {
            return true;
        }
        share.add(piece.length());
        return false;
    }

    private Future<Void> watch(Future<Void> written, int length) {
        unwritten++;
        taking.waits();
        return written.onComplete(done -> {
            share.release(length);
            taking.moved(length);
            if (--unwritten == 0) {
                taking.goesOn();
                share.goesOn();
                goOn();
            }
        });
    }

    /** The connection is closed. */
    void gone() {
        over.tryComplete();
    }

    /** Breaks the exchange off, which is how the caller learns that it is not whole. */
    void leave() {
        response.reset();
        over.tryComplete();
    }

    /** Lets the caller go if it is slower than everybody has to be, and knows it as one that is waited for otherwise. */
    void check(LeastPace least, long now) {
        if (sending.isSlowerThan(least, now) || taking.isSlowerThan(least, now)) {
            tooSlow();
        } else if (sending.isWaiting()) {
            share.waits(sending.since(), () -> context.runOnContext(turn -> tooSlow()));
        } else if (taking.isWaiting()) {
            share.waits(taking.since(), () -> context.runOnContext(turn -> leave()));
        }
    }

    private void tooSlow() {
        Runnable otherwise = whenSlow;
        if (sending.isWaiting() && otherwise != null && !isOver()) {
            mayWait();
            otherwise.run();
        } else {
            leave();
        }
    }
}
