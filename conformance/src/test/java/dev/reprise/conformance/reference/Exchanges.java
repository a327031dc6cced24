package dev.reprise.conformance.reference;

import dev.reprise.conformance.Profile;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/** The fields that belong to one exchange, and those of profiles and browsers. */
final class Exchanges {
    static final String ORIGIN = "https://shop.example";
    private static final String ALLOW_ORIGIN = "Access-Control-Allow-Origin";
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
            .withZone(ZoneOffset.UTC);

    private final Settings settings;
    private final AtomicInteger count = new AtomicInteger();

    Exchanges(Settings settings) {
        this.settings = settings;
    }

    Out preflight() {
        String key = settings.has(Fault.PREFLIGHT_FORGETS_THE_KEY)
                ? ""
                : ", " + settings.profile().keyHeader();
        String date = settings.has(Fault.PREFLIGHT_FORGETS_THE_DATE) ? "" : ", " + Keys.FIRST_SENT;
        return Out.json(200, "")
                .with(ALLOW_ORIGIN, ORIGIN)
                .with("Access-Control-Allow-Methods", "POST")
                .with("Access-Control-Allow-Headers", "authorization, content-type" + key + date);
    }

    /** The handler's response, as it goes out and as it is recorded. */
    Out first(Out out) {
        String id = nextId();
        Out own = out.with("Date", now()).with("X-Request-Id", id);
        return switch (settings.profile()) {
            case IETF, ACP, ADCP -> own;
            case STRIPE ->
                settings.has(Fault.DOES_NOT_NAME_THE_ORIGINAL_REQUEST)
                        ? own.with("Request-Id", id)
                        : own.with("Request-Id", id).with("Original-Request", id);
            case OASIS ->
                settings.has(Fault.DOES_NOT_SAY_THE_RESULT) ? own : own.with("Repeatability-Result", "accepted");
        };
    }

    /** A recorded response, for another exchange. */
    Out replayed(Out recorded) {
        Out out = recorded;
        out = settings.has(Fault.REPLAYS_DATE) ? out : out.without("Date");
        out = settings.has(Fault.REPLAYS_SET_COOKIE) ? out : out.without("Set-Cookie");
        out = settings.has(Fault.REPLAYS_REQUEST_ID) ? out : out.without("X-Request-Id");
        out = settings.has(Fault.REPLAYS_STRIPE_REQUEST_ID) ? out : out.without("Request-Id");
        out = settings.has(Fault.FORGETS_LOCATION) ? out.without("Location") : out;
        out = settings.has(Fault.FORGETS_CUSTOM_FIELD) ? out.without("X-Custom") : out;
        out = settings.has(Fault.DOES_NOT_MARK_REPLAYS) ? out : out.with("Idempotent-Replayed", "true");
        return settings.profile() == Profile.STRIPE && !settings.has(Fault.DOES_NOT_SAY_WHETHER_TO_RETRY)
                ? out.with("Stripe-Should-Retry", "false")
                : out;
    }

    /** Any response, with what every exchange has. */
    Out complete(In request, Out out) {
        Out full = out.first("Date").isEmpty() ? out.with("Date", now()) : out;
        full = full.first("X-Request-Id").isEmpty() ? full.with("X-Request-Id", nextId()) : full;
        if (settings.profile() == Profile.STRIPE) {
            full = full.first("Request-Id").isEmpty() ? full.with("Request-Id", nextId()) : full;
            String key = request.first(settings.profile().keyHeader());
            boolean echoes = !key.isEmpty() && !settings.has(Fault.DOES_NOT_ECHO_THE_KEY);
            full = echoes ? full.with(settings.profile().keyHeader(), key) : full;
        }
        boolean replay = !out.first("Idempotent-Replayed").isEmpty();
        boolean readable = !replay || !settings.has(Fault.REPLAYS_CANNOT_BE_READ);
        if (!request.first("Origin").equals(ORIGIN) || !readable) {
            return full;
        }
        full = full.with(ALLOW_ORIGIN, ORIGIN);
        return settings.has(Fault.MARK_IS_NOT_EXPOSED)
                ? full
                : full.with("Access-Control-Expose-Headers", "Idempotent-Replayed");
    }

    private String nextId() {
        return "req_" + count.incrementAndGet();
    }

    private static String now() {
        return DATE.format(Instant.now());
    }
}
