package dev.reprise.http;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.Response;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * What a caller gets whose request was neither executed nor replayed; the route's {@link Profile} decides the form.
 *
 * @param problem why
 * @param status the status code
 * @param detail what happened and what to do, for people
 * @param retryAfter when it makes sense to ask again, zero if that is not known
 */
public record ProblemDetails(ProblemType problem, int status, String detail, Duration retryAfter) {
    /** This refusal with another status, for a proxy whose service failed. */
    public ProblemDetails withStatus(int changed) {
        return new ProblemDetails(problem, changed, detail, retryAfter);
    }

    /** This refusal with the advice to ask again after some time, in whole seconds of at least one. */
    public ProblemDetails withRetryAfter(Duration changed) {
        return new ProblemDetails(problem, status, detail, changed);
    }

    /** This refusal as an RFC 9457 problem document. */
    public Response document() {
        return response(
                "application/problem+json",
                "{\"type\":" + Json.quote(problem.type()) + ",\"title\":" + Json.quote(problem.title()) + ",\"status\":"
                        + status + ",\"detail\":" + Json.quote(detail) + "}\n");
    }

    /** This refusal with a body of its profile. */
    Response response(String contentType, String body) {
        Headers headers = Headers.of("Content-Type", contentType, "Cache-Control", "no-store");
        if (!retryAfter.isZero()) {
            long seconds = Math.max(1, retryAfter.plusMillis(999).toSeconds());
            headers = headers.with("Retry-After", Long.toString(seconds));
        }
        return new Response(status, headers, Body.of(body.getBytes(StandardCharsets.UTF_8)));
    }
}
