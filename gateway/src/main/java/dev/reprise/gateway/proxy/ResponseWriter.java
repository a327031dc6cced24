package dev.reprise.gateway.proxy;

import dev.reprise.Response;
import dev.reprise.http.ReplayRules;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes responses to callers. A caller that is gone is no failure (S19). Used on the event loop of the caller. */
final class ResponseWriter {
    private static final DateTimeFormatter HTTP_DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT);

    private ResponseWriter() {}

    /**
     * Writes a response.
     *
     * @param rest the body where the response's own is omitted
     */
    static void write(HttpServerResponse to, Response response, UpstreamResult.@Nullable Rest rest) {
        if (to.closed() || to.ended()) {
            if (rest != null) {
                rest.discard();
            }
            return;
        }
        to.setStatusCode(response.status());
        Fields.add(response.headers(), to.headers());
        date(to);
        if (rest != null) {
            stream(to, rest);
        } else if (hasNoContent(response.status())) {
            to.end();
        } else if (response.trailers().size() > 0) {
            to.setChunked(true);
            Fields.add(response.trailers(), to.trailers());
            to.end(Buffer.buffer(response.body().bytes()));
        } else {
            to.end(Buffer.buffer(response.body().bytes()));
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

    private static void stream(HttpServerResponse to, UpstreamResult.Rest rest) {
        String length = rest.upstream().getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length == null) {
            to.setChunked(true);
        } else {
            to.putHeader(HttpHeaders.CONTENT_LENGTH, length);
        }
        to.closeHandler(gone -> {
            if (!to.ended()) {
                rest.discard();
            }
        });
        pour(rest, to);
    }

    /**
     * Sends a body on as it comes, no faster than the caller reads it; if it breaks off, so does the response, which is
     * how the caller learns of it.
     *
     * @param to a response with everything but the body
     */
    static void pour(UpstreamResult.Rest rest, HttpServerResponse to) {
        HttpClientResponse from = rest.upstream();
        if (rest.begun().length() > 0) {
            to.write(rest.begun());
        }
        from.handler(chunk -> {
            to.write(chunk);
            if (to.writeQueueFull()) {
                from.pause();
                to.drainHandler(drained -> from.resume());
            }
        });
        rest.end()
                .onSuccess(end -> {
                    if (!from.trailers().isEmpty()) {
                        Fields.add(ReplayRules.endToEnd(Fields.toCore(from.trailers())), to.trailers());
                    }
                    to.end();
                })
                .onFailure(failure -> to.reset());
        from.resume();
    }
}
