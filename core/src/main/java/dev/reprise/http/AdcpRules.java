package dev.reprise.http;

import dev.reprise.IdempotencyKey;
import dev.reprise.Response;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** See {@link Profile#ADCP}; from the section on idempotency of the protocol's page on security. */
final class AdcpRules implements ProfileRules {
    static final String MEMBER = "/idempotency_key";
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_.:-]{16,255}");
    private static final Duration LEAST_RETENTION = Duration.ofHours(1);
    private static final Duration MOST_RETENTION = Duration.ofDays(7);
    private static final long LONGEST_RETRY_AFTER = 3600;

    static Route on(Route route) {
        return route.withKeyRequired(true)
                .withScope(RequestPart.json("/account"))
                .withFingerprints(Fingerprinting.ofAllButFields(
                        MEMBER,
                        "/context",
                        "/governance_context",
                        "/push_notification_config/authentication/credentials"));
    }

    /** What is advertised has to be within what the protocol permits (rule 7). */
    @Override
    public void requireFit(Route route) {
        Duration retention = route.policy().retention();
        if (retention.compareTo(LEAST_RETENTION) < 0 || retention.compareTo(MOST_RETENTION) > 0) {
            throw new IllegalArgumentException("Route " + route.name() + " keeps records for " + retention.toSeconds()
                    + " s; the Ad Context Protocol permits 1 hour to 7 days");
        }
    }

    @Override
    public Optional<ProblemDetails> checkKey(IdempotencyKey key) {
        return KEY.matcher(key.value()).matches()
                ? Optional.empty()
                : Optional.of(ProblemType.INVALID_KEY.refusal(
                        "The key has 16 to 255 characters, each a letter, a digit, or one of _ . : -"));
    }

    /** The record stays as the service wrote it; what says that this is a replay is put in anew each time. */
    @Override
    public Response replayed(Response response) {
        return JsonText.withMember(response, "replayed", "true");
    }

    @Override
    public Response refusal(ProblemDetails refusal, @Nullable IdempotencyKey key) {
        ProblemType problem = refusal.problem();
        long seconds = Math.min(LONGEST_RETRY_AFTER, refusal.retryAfterSeconds());
        String error = "{\"code\":" + Json.quote(code(problem)) + ",\"message\":" + Json.quote(refusal.detail())
                + ",\"recovery\":" + Json.quote(recovery(problem))
                + (seconds > 0 ? ",\"retry_after\":" + seconds : "") + "}";
        return refusal.response(
                "application/json",
                "{\"status\":\"failed\",\"message\":" + Json.quote(refusal.detail()) + ",\"adcp_error\":" + error
                        + ",\"errors\":[" + error + "]}\n");
    }

    private static String recovery(ProblemType problem) {
        if (problem.isWorthRetrying()) {
            return "transient";
        }
        return problem == ProblemType.OUTCOME_UNKNOWN || problem == ProblemType.ALREADY_HANDLED
                ? "terminal"
                : "correctable";
    }

    private static String code(ProblemType problem) {
        return switch (problem) {
            case MISSING_KEY, INVALID_KEY, MALFORMED_REQUEST, AMBIGUOUS_PATH, REQUEST_TOO_LARGE -> "INVALID_REQUEST";
            case IN_PROGRESS -> "IDEMPOTENCY_IN_FLIGHT";
            case PAYLOAD_MISMATCH -> "IDEMPOTENCY_CONFLICT";
            case STORE_UNAVAILABLE, UPSTREAM_UNAVAILABLE, REQUEST_TIMEOUT, NOT_FINISHED -> "SERVICE_UNAVAILABLE";
            case OUTCOME_UNKNOWN, ALREADY_HANDLED, NO_SUCH_OPERATION, FIRST_SENT_TOO_LONG_AGO, NOT_REPEATABLE ->
                problem.code().toUpperCase(Locale.ROOT);
        };
    }
}
