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

    /**
     * This refusal as an RFC 9457 problem document. Its extension members {@code message} and {@code error} say the same in the
     * forms that clients of payment APIs look for; some of them take an answer without {@code error} for a success.
     */
    public Response document() {
        return response(
                "application/problem+json",
                "{\"type\":" + Json.quote(problem.type()) + ",\"title\":" + Json.quote(problem.title()) + ",\"status\":"
                        + status + ",\"detail\":" + Json.quote(detail) + ",\"message\":" + Json.quote(detail)
                        + ",\"error\":{\"type\":"
                        + Json.quote(problem.category().text()) + ",\"code\":" + Json.quote(problem.code())
                        + ",\"message\":" + Json.quote(detail) + ",\"errors\":[]}}\n");
    }

    /** This refusal with a body of its profile. */
    Response response(String contentType, String body) {
        Headers headers = Headers.of("Content-Type", contentType, "Cache-Control", "no-store");
        long seconds = retryAfterSeconds();
        if (seconds > 0) {
            headers = headers.with("Retry-After", Long.toString(seconds));
        }
        if (!problem.isWorthRetrying()) {
            headers = headers.with(HttpNames.SHOULD_RETRY, "false");
        }
        return new Response(status, headers, Body.of(body.getBytes(StandardCharsets.UTF_8)));
    }

    /** When to ask again, in whole seconds; 0 if that is not known. */
    long retryAfterSeconds() {
        return retryAfter.isZero() ? 0 : Math.max(1, retryAfter.plusMillis(999).toSeconds());
    }
}
