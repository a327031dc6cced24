package dev.reprise.http;

import dev.reprise.Headers;
import dev.reprise.IdempotencyKey;
import dev.reprise.Response;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** See {@link Profile#ACP}; from section 6 of the protocol's RFC on checkout. */
final class AcpRules implements ProfileRules {
    private static final String KEY = "Idempotency-Key";

    static Route on(Route route) {
        return route.withKeyRequired(true)
                .withScope(RequestPart.PATH)
                .withFingerprints(Fingerprinting.CANONICAL_JSON.withHead(Set.of()));
    }

    /** The protocol has opaque texts, quotes included. */
    @Override
    public KeyField parse(List<String> lines) {
        return KeyField.parseVerbatim(lines);
    }

    @Override
    public List<String> responseFields() {
        return List.of(KEY);
    }

    @Override
    public Response executed(Response response, IdempotencyKey key) {
        return response.withHeaders(response.headers().with(KEY, key.value()));
    }

    @Override
    public Response notExecuted(Response response, IdempotencyKey key) {
        return executed(response, key);
    }

    @Override
    public Response refusal(ProblemDetails refusal, @Nullable IdempotencyKey key) {
        ProblemType problem = refusal.problem();
        Response response = refusal.response(
                "application/json",
                "{\"type\":" + Json.quote(type(problem)) + ",\"code\":" + Json.quote(code(problem)) + ",\"message\":"
                        + Json.quote(refusal.detail()) + "}\n");
        Headers headers = response.headers();
        return key == null ? response : response.withHeaders(headers.with(KEY, key.value()));
    }

    private static String type(ProblemType problem) {
        return switch (problem.category()) {
            case INVALID_REQUEST, IDEMPOTENCY ->
                problem == ProblemType.OUTCOME_UNKNOWN ? "processing_error" : "invalid_request";
            case SERVER -> problem == ProblemType.NOT_FINISHED ? "processing_error" : "service_unavailable";
        };
    }

    /** The protocol has codes for three of them. */
    private static String code(ProblemType problem) {
        return switch (problem) {
            case MISSING_KEY -> "idempotency_key_required";
            case PAYLOAD_MISMATCH -> "idempotency_conflict";
            case IN_PROGRESS -> "idempotency_in_flight";
            case INVALID_KEY,
                    OUTCOME_UNKNOWN,
                    NOT_FINISHED,
                    ALREADY_HANDLED,
                    NO_SUCH_OPERATION,
                    STORE_UNAVAILABLE,
                    MALFORMED_REQUEST,
                    AMBIGUOUS_PATH,
                    REQUEST_TOO_LARGE,
                    REQUEST_TIMEOUT,
                    FIRST_SENT_TOO_LONG_AGO,
                    NOT_REPEATABLE,
                    UPSTREAM_UNAVAILABLE -> problem.code();
        };
    }
}
