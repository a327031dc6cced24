package dev.reprise.http;

import dev.reprise.Headers;
import dev.reprise.IdempotencyKey;
import dev.reprise.Response;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * See {@link Profile#STRIPE}.
 *
 * <p>{@code Request-Id} names one exchange, and {@code Original-Request} the exchange in which the operation was executed; a
 * handler that names its exchanges is believed. {@code Stripe-Should-Retry} tells Stripe's clients what their own rules
 * would get wrong: that a replayed 5xx is final, and that a 409 may be one too.
 */
final class StripeRules implements ProfileRules {
    private static final String REQUEST_ID = "Request-Id";
    private static final String ORIGINAL_REQUEST = "Original-Request";
    private static final String SHOULD_RETRY = "Stripe-Should-Retry";
    private static final String KEY = "Idempotency-Key";
    private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private final RandomGenerator random;

    StripeRules(RandomGenerator random) {
        this.random = random;
    }

    @Override
    public KeyField parse(List<String> lines) {
        return KeyField.parseVerbatim(lines);
    }

    @Override
    public List<String> responseFields() {
        return List.of(KEY, REQUEST_ID, ORIGINAL_REQUEST, SHOULD_RETRY);
    }

    @Override
    public Response executed(Response response, IdempotencyKey key) {
        Headers named = named(response.headers(), key);
        return response.withHeaders(
                named.with(ORIGINAL_REQUEST, named.first(REQUEST_ID).orElseThrow()));
    }

    @Override
    public Response notExecuted(Response response, IdempotencyKey key) {
        return response.withHeaders(named(response.headers(), key));
    }

    @Override
    public Response replayed(Response response) {
        return response.withHeaders(
                response.headers().with(REQUEST_ID, newRequestId()).with(SHOULD_RETRY, "false"));
    }

    @Override
    public Response refusal(ProblemDetails refusal, @Nullable IdempotencyKey key) {
        ProblemType problem = refusal.problem();
        ProblemDetails written = refusal.status() == 422 ? refusal.withStatus(400) : refusal;
        String code = code(problem);
        Response response = written.response(
                "application/json",
                "{\"error\":{\"type\":" + Json.quote(problem.category().text())
                        + (code.isEmpty() ? "" : ",\"code\":" + Json.quote(code))
                        + ",\"message\":" + Json.quote(refusal.detail())
                        + ",\"doc_url\":" + Json.quote(problem.type()) + "}}\n");
        Headers headers = key == null ? response.headers() : response.headers().with(KEY, key.value());
        return response.withHeaders(headers.with(REQUEST_ID, newRequestId())
                .with(SHOULD_RETRY, Boolean.toString(problem.isWorthRetrying())));
    }

    /** Stripe has a code only for the first. */
    private static String code(ProblemType problem) {
        return switch (problem) {
            case IN_PROGRESS -> "idempotency_key_in_use";
            case OUTCOME_UNKNOWN -> "outcome_unknown";
            case ALREADY_HANDLED -> "already_handled";
            case MISSING_KEY,
                    INVALID_KEY,
                    PAYLOAD_MISMATCH,
                    NOT_FINISHED,
                    STORE_UNAVAILABLE,
                    MALFORMED_REQUEST,
                    AMBIGUOUS_PATH,
                    REQUEST_TOO_LARGE,
                    REQUEST_TIMEOUT,
                    FIRST_SENT_TOO_LONG_AGO,
                    NOT_REPEATABLE,
                    NO_SUCH_OPERATION,
                    UPSTREAM_UNAVAILABLE -> "";
        };
    }

    private Headers named(Headers headers, IdempotencyKey key) {
        Headers echoed = headers.with(KEY, key.value());
        return headers.first(REQUEST_ID).isPresent() ? echoed : echoed.with(REQUEST_ID, newRequestId());
    }

    private String newRequestId() {
        StringBuilder id = new StringBuilder("req_");
        for (int i = 0; i < 14; i++) {
            id.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return id.toString();
    }
}
