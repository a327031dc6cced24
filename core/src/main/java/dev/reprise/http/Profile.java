package dev.reprise.http;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** The dialect of a route, so that existing clients work unchanged. */
public enum Profile {
    /** {@code Idempotency-Key} as in the draft of the IETF, and problem documents. The default. */
    IETF,
    /**
     * As Stripe's API: the whole field is the key, errors have Stripe's shape, a mismatch is a 400, and 5xx answers of the
     * handler are recorded and replayed, unless they say that it did not begin.
     */
    STRIPE,
    /**
     * As OASIS Repeatable Requests 1.0, which Azure uses: {@code Repeatability-Request-ID} with
     * {@code Repeatability-First-Sent}, and {@code Repeatability-Result} in every answer.
     */
    OASIS,
    /**
     * As the checkout of the Agentic Commerce Protocol: a key with every request, a scope that includes the path, JSON compared
     * by its meaning and nothing else, the key in every answer, and flat errors.
     */
    ACP,
    /**
     * As the Ad Context Protocol 3: the key in the member {@code idempotency_key} of a JSON body, which is compared by its meaning
     * without what may change on a retry; {@code "replayed": true} within a replay; refused requests free their key.
     */
    ADCP,
    /**
     * As tools of the Model Context Protocol are called by HTTP, and JSON-RPC 2.0 in general: the key among the arguments, a new
     * {@code id} with every retry, which its replay carries, and refusals as errors of JSON-RPC. A result that asks for input frees its key.
     */
    JSON_RPC;

    /** What most clients that take an in-progress for a failure have the patience for. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** What the handler's answers say about its effect, by default. */
    public Effects effects() {
        return switch (this) {
            case IETF, OASIS, ACP, JSON_RPC -> Effects.DEFAULT;
            case STRIPE -> Effects.DEFAULT.withUncertain();
            case ADCP -> Effects.DEFAULT.withNone("3xx", "4xx", "503 with Retry-After");
        };
    }

    /**
     * How long a duplicate waits for a running operation, by default (S8). The draft of the IETF asks for a conflict; clients of
     * the other dialects take one for the end.
     */
    public Duration maxWait() {
        return this == IETF ? Duration.ZERO : PATIENCE;
    }

    /** Where its keys are, unless a route says otherwise. */
    public KeyLocation keyLocation(HttpNames names) {
        return switch (this) {
            case IETF, STRIPE, ACP -> KeyLocation.header(names.key());
            case OASIS -> KeyLocation.header(OasisRules.REQUEST_ID);
            case ADCP -> new KeyLocation(KeyLocation.Place.JSON, AdcpRules.MEMBER);
            case JSON_RPC -> new KeyLocation(KeyLocation.Place.JSON, JsonRpcRules.ARGUMENT);
        };
    }

    /** The route with what the dialect demands. */
    Route on(Route route) {
        return switch (this) {
            case IETF, STRIPE, OASIS -> route;
            case ACP -> AcpRules.on(route);
            case ADCP -> AdcpRules.on(route);
            case JSON_RPC -> JsonRpcRules.on(route);
        };
    }

    ProfileRules dialect(RandomGenerator random) {
        return switch (this) {
            case IETF -> new IetfRules();
            case STRIPE -> new StripeRules(random);
            case OASIS -> new OasisRules();
            case ACP -> new AcpRules();
            case ADCP -> new AdcpRules();
            case JSON_RPC -> new JsonRpcRules();
        };
    }
}
