package dev.reprise.client;

import dev.reprise.client.spi.RetryableRequest;
import java.io.IOException;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * A call ended without an answer that its caller could read. The cause is the failure of its last attempt, or what the
 * caller's own code threw. The message names method, host and path, never query or body.
 */
public final class CallFailedException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Not serialized: the message says the same. */
    private final transient RetryReport report;

    CallFailedException(RetryableRequest request, RetryReport report, @Nullable Throwable cause) {
        super(message(request, report, cause), cause);
        this.report = report;
    }

    /** The same failure, with this one among what it suppresses: for one that has to stay what it is. */
    <E extends Throwable> E in(E failure) {
        failure.addSuppressed(this);
        return failure;
    }

    /** How the call went. */
    public RetryReport report() {
        return report;
    }

    private static String message(RetryableRequest request, RetryReport report, @Nullable Throwable cause) {
        URI uri = request.uri();
        String key = report.key() == null ? "" : " with key " + report.key();
        String failure = cause == null
                ? ""
                : ": " + (cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage());
        return request.method() + " " + uri.getHost() + uri.getRawPath() + key + " failed in attempt "
                + report.attempts() + failure + ". " + advice(report) + " No further attempt: "
                + report.stop().reason();
    }

    private static String advice(RetryReport report) {
        return switch (report.certainty()) {
            case HAPPENED -> "It happened; only the answer is lost.";
            case REFUSED -> "The server refused it.";
            case DID_NOT_HAPPEN -> "It did not happen.";
            case MAY_HAVE_HAPPENED ->
                report.key() == null
                        ? "It may have happened; ask the server before doing it again."
                        : "It may have happened; doing it again is safe with the same key.";
        };
    }
}
