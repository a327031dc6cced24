package dev.reprise.http;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.Rejection;
import dev.reprise.Response;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** The errors that Reprise answers by itself, as RFC 9457 problem documents with one stable type each (S24). */
public enum Problem {
    /** The route demands a key and the request has none (S4). */
    MISSING_KEY(400, "missing-key", "An idempotency key is required"),
    /** The key is malformed, or given twice (S2, S3). */
    INVALID_KEY(400, "invalid-key", "The idempotency key is not valid"),
    /** The operation is running, or its record is not yet durable (S8). */
    IN_PROGRESS(409, "in-progress", "The operation is in progress"),
    /** The key was used for another request (S9). */
    PAYLOAD_MISMATCH(422, "payload-mismatch", "The idempotency key was used for another request"),
    /** Nobody can tell whether the operation happened (S15). */
    OUTCOME_UNKNOWN(409, "outcome-unknown", "The outcome of the operation is unknown"),
    /** The operation is finished and is not replayed (S25). */
    ALREADY_HANDLED(409, "already-handled", "The operation was handled already"),
    /** The store does not answer, so nothing was executed (S22). */
    STORE_UNAVAILABLE(503, "store-unavailable", "The operation cannot be protected at the moment"),
    /** The request is larger than the route accepts. */
    REQUEST_TOO_LARGE(413, "request-too-large", "The request is too large"),
    /** A service that is needed was not reached or did not answer; the status and the detail say what that means. */
    UPSTREAM_UNAVAILABLE(502, "upstream-unavailable", "The service is not available");

    private static final String TYPES = "https://reprise.dev/problems/";

    private final int status;
    private final String type;
    private final String title;

    Problem(int status, String name, String title) {
        this.status = status;
        this.type = TYPES + name;
        this.title = title;
    }

    /** The problem that tells a caller about an engine's rejection. */
    public static Problem of(Rejection rejection) {
        return switch (rejection) {
            case IN_PROGRESS -> IN_PROGRESS;
            case PAYLOAD_MISMATCH -> PAYLOAD_MISMATCH;
            case OUTCOME_UNKNOWN -> OUTCOME_UNKNOWN;
            case ALREADY_HANDLED -> ALREADY_HANDLED;
            case STORE_UNAVAILABLE -> STORE_UNAVAILABLE;
        };
    }

    /** The usual status. */
    public int status() {
        return status;
    }

    /** The URI that identifies this problem in documents and, by default, documents it. */
    public String type() {
        return type;
    }

    /** A problem document with the usual status. */
    public Response response(String detail) {
        return response(status, detail);
    }

    /** A problem document with another status, for a proxy whose upstream failed. */
    public Response response(int chosenStatus, String detail) {
        String json = "{\"type\":" + quote(type) + ",\"title\":" + quote(title) + ",\"status\":" + chosenStatus
                + ",\"detail\":" + quote(detail) + "}\n";
        return new Response(
                chosenStatus,
                Headers.of("Content-Type", "application/problem+json", "Cache-Control", "no-store"),
                Body.of(json.getBytes(StandardCharsets.UTF_8)));
    }

    /** A problem document that says when to ask again, in whole seconds of at least one. */
    public Response response(String detail, Duration retryAfter) {
        Response response = response(detail);
        if (retryAfter.isZero()) {
            return response;
        }
        long seconds = Math.max(1, retryAfter.plusMillis(999).toSeconds());
        return response.withHeaders(response.headers().with("Retry-After", Long.toString(seconds)));
    }

    private static String quote(String text) {
        StringBuilder json = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < 0x20) {
                json.append(String.format("\\u%04x", (int) c));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }
}
