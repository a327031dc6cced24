package dev.reprise.gateway;

import dev.reprise.Response;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** Writes responses to callers. A caller that is gone is no failure (S19). Used on the event loop of the caller. */
final class ResponseWriter {
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
        if (!to.headers().contains(HttpHeaders.DATE)) {
            to.putHeader(
                    HttpHeaders.DATE, DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC)));
        }
        if (rest != null) {
            stream(to, rest);
        } else if (response.status() == 204 || response.status() == 304) {
            to.end();
        } else if (response.trailers().size() > 0) {
            to.setChunked(true);
            Fields.add(response.trailers(), to.trailers());
            to.end(Buffer.buffer(response.body().bytes()));
        } else {
            to.end(Buffer.buffer(response.body().bytes()));
        }
    }

    /** Sends on what was not held; if it breaks off, so does the response, which is how the caller learns of it. */
    private static void stream(HttpServerResponse to, UpstreamResult.Rest rest) {
        String length = rest.upstream().getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length == null) {
            to.setChunked(true);
        } else {
            to.putHeader(HttpHeaders.CONTENT_LENGTH, length);
        }
        if (rest.begun().length() > 0) {
            to.write(rest.begun());
        }
        rest.upstream().pipe().endOnFailure(false).to(to).onFailure(failure -> {
            rest.discard();
            to.reset();
        });
    }
}
