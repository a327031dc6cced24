package dev.reprise.http;

import dev.reprise.IdempotencyKey;
import dev.reprise.Response;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * See {@link Profile#OASIS}.
 *
 * <p>The time of the first sending is what makes it safe to forget: a request that was first sent before everything that is
 * remembered might be one that was executed, so it is refused. It is the caller's clock against ours; a caller whose clock
 * is so far ahead that its requests would be forgotten before they are refused is refused at once.
 */
final class OasisRules implements ProfileRules {
    static final String REQUEST_ID = "Repeatability-Request-ID";
    private static final String FIRST_SENT = "Repeatability-First-Sent";
    private static final String CLIENT_ID = "Repeatability-Client-ID";
    private static final String RESULT = "Repeatability-Result";
    private static final Duration MOST_AHEAD = Duration.ofMinutes(5);
    private static final DateTimeFormatter IMF_FIXDATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withResolverStyle(ResolverStyle.STRICT);

    @Override
    public KeyField parse(List<String> lines) {
        return KeyField.parseVerbatim(lines);
    }

    /** One request has one time of its first sending, and one client. */
    @Override
    public List<String> fingerprinted() {
        return List.of(FIRST_SENT, CLIENT_ID);
    }

    @Override
    public List<String> requestFields() {
        return List.of(FIRST_SENT, CLIENT_ID);
    }

    @Override
    public List<String> responseFields() {
        return List.of(RESULT);
    }

    @Override
    public Optional<ProblemDetails> check(RequestView request, boolean keyed, Route route, InstantSource clock) {
        List<String> lines = request.header(FIRST_SENT);
        if (!keyed && lines.isEmpty()) {
            return Optional.empty();
        }
        if (!keyed || lines.size() != 1) {
            return Optional.of(ProblemType.INVALID_KEY.refusal("Send " + REQUEST_ID + " and " + FIRST_SENT
                    + " once each, both or neither; this request has no key, or " + lines.size() + " times"));
        }
        Instant now = clock.instant();
        Duration age;
        try {
            age = Duration.between(
                    LocalDateTime.parse(lines.get(0), IMF_FIXDATE).toInstant(ZoneOffset.UTC), now);
        } catch (DateTimeException e) {
            return Optional.of(
                    ProblemType.INVALID_KEY.refusal(FIRST_SENT + " is not a date as in Tue, 01 Dec 2026 08:49:37 GMT"));
        }
        Duration retention = route.policy().retention();
        Duration ahead = retention.dividedBy(10).compareTo(MOST_AHEAD) < 0 ? retention.dividedBy(10) : MOST_AHEAD;
        if (age.negated().compareTo(ahead) > 0) {
            return Optional.of(ProblemType.INVALID_KEY.refusal(
                    FIRST_SENT + " is in the future by this server's clock, which says " + now));
        }
        return age.plus(ahead).compareTo(retention) > 0
                ? Optional.of(ProblemType.FIRST_SENT_TOO_LONG_AGO.refusal(
                        "Nobody remembers any more whether this request was executed before, so it was not. "
                                + "Find out what happened before you send it as a new one."))
                : Optional.empty();
    }

    @Override
    public Optional<ProblemDetails> checkUnprotected(RequestView request) {
        return request.header(REQUEST_ID).isEmpty()
                        && request.header(FIRST_SENT).isEmpty()
                ? Optional.empty()
                : Optional.of(ProblemType.NOT_REPEATABLE.refusal("The method " + request.method()
                        + " is not repeatable here. Send the request without " + REQUEST_ID + " and " + FIRST_SENT));
    }

    @Override
    public Response executed(Response response, IdempotencyKey key) {
        return response.withHeaders(response.headers().with(RESULT, "accepted"));
    }

    @Override
    public Response notExecuted(Response response, IdempotencyKey key) {
        return rejected(response);
    }

    /** What nobody can tell, or what may run again, is neither accepted nor rejected. */
    @Override
    public Response refusal(ProblemDetails refusal, @Nullable IdempotencyKey key) {
        Response document = refusal.document();
        return switch (refusal.problem()) {
            case OUTCOME_UNKNOWN, ALREADY_HANDLED, NOT_FINISHED -> document;
            // Without a key it may be a request that passed through, and was lost.
            case UPSTREAM_UNAVAILABLE -> key == null ? document : rejected(document);
            case MISSING_KEY,
                    INVALID_KEY,
                    IN_PROGRESS,
                    PAYLOAD_MISMATCH,
                    STORE_UNAVAILABLE,
                    MALFORMED_REQUEST,
                    AMBIGUOUS_PATH,
                    REQUEST_TOO_LARGE,
                    REQUEST_TIMEOUT,
                    FIRST_SENT_TOO_LONG_AGO,
                    NOT_REPEATABLE,
                    NO_SUCH_OPERATION -> rejected(document);
        };
    }

    private static Response rejected(Response response) {
        return response.withHeaders(response.headers().with(RESULT, "rejected"));
    }
}
