package dev.reprise.gateway.proxy;

import dev.reprise.Response;
import dev.reprise.http.ReplayRules;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Writes responses to callers, no faster than they take them. A caller that is gone is no failure (S19). Used on the
 * event loop of the caller.
 */
final class ResponseWriter {
    private static final DateTimeFormatter HTTP_DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT);
    /** What is handed over to a connection at once: it makes a copy of that outside of the heap. */
    static final int PIECE = 16 << 10;

    private ResponseWriter() {}

    /**
     * Writes a response.
     *
     * @param rest the body where the response's own is omitted
     */
    static void write(Caller caller, Response response, UpstreamResult.@Nullable Rest rest) {
        HttpServerResponse to = caller.response();
        if (caller.isOver()) {
            if (rest != null) {
                rest.discard();
            }
            return;
        }
        to.setStatusCode(response.status());
        VertxFields.add(response.headers(), to.headers());
        date(to);
        if (caller.waitsForInvitation() && caller.request().version() != HttpVersion.HTTP_2) {
            // Whether the body comes all the same is up to the caller, so what follows could be that, or the next
            // request.
            to.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            caller.over().onComplete(over -> caller.request().connection().close());
        }
        if (rest != null) {
            stream(caller, rest);
        } else if (hasNoContent(response.status())) {
            caller.end();
        } else {
            byte[] body = response.body().bytes();
            if (response.trailers().size() > 0) {
                to.setChunked(true);
                VertxFields.add(response.trailers(), to.trailers());
            } else {
                to.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length));
            }
            writeFrom(caller, body, 0);
        }
    }

    /** Writes what the connection takes, and goes on when it takes more. */
    private static void writeFrom(Caller caller, byte[] body, int start) {
        int at = start;
        boolean ready = true;
        while (ready && body.length - at > PIECE) {
            ready = caller.write(HeldBody.slice(body, at, PIECE));
            at += PIECE;
        }
        int next = at;
        if (ready) {
            caller.end(HeldBody.slice(body, at, body.length - at));
        } else {
            caller.whenReady(() -> writeFrom(caller, body, next));
        }
    }

    /** Adds the time if a response has none (RFC 9110, section 6.6.1). */
    static void date(HttpServerResponse to) {
        if (!to.headers().contains(HttpHeaders.DATE)) {
            to.putHeader(HttpHeaders.DATE, HTTP_DATE.format(ZonedDateTime.now(ZoneOffset.UTC)));
        }
    }

    /** Whether responses with the status have no content, whatever their fields say. */
    static boolean hasNoContent(int status) {
        return status == 204 || status == 304;
    }

    private static void stream(Caller caller, UpstreamResult.Rest rest) {
        HttpServerResponse to = caller.response();
        String length = rest.upstream().getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length == null) {
            to.setChunked(true);
        } else {
            to.putHeader(HttpHeaders.CONTENT_LENGTH, length);
        }
        pour(rest, caller);
    }

    /**
     * Sends a body on as it comes, no faster than the caller reads it; if it breaks off, so does the response, which is
     * how the caller learns of it. A caller that leaves ends it on the other side.
     *
     * @param caller whose response has everything but the body
     */
    static void pour(UpstreamResult.Rest rest, Caller caller) {
        HttpClientResponse from = rest.upstream();
        HttpServerResponse to = caller.response();
        rest.begun().forEach(caller::write);
        from.handler(chunk -> {
            if (!caller.write(chunk)) {
                from.pause();
                caller.whenReady(from::resume);
            }
        });
        rest.end()
                .onSuccess(end -> {
                    if (!from.trailers().isEmpty()) {
                        VertxFields.add(ReplayRules.endToEnd(VertxFields.toCore(from.trailers())), to.trailers());
                    }
                    caller.end();
                })
                .onFailure(failure -> caller.leave());
        caller.over().onComplete(over -> {
            if (!rest.end().isComplete()) {
                rest.discard();
            }
        });
        from.resume();
    }
}
