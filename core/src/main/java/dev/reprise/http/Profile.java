package dev.reprise.http;

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
    OASIS;

    /** What the handler's answers say about its effect, by default. */
    public Effects effects() {
        return this == STRIPE ? Effects.DEFAULT.withUncertain() : Effects.DEFAULT;
    }

    ProfileRules dialect(RandomGenerator random) {
        return switch (this) {
            case IETF -> new IetfRules();
            case STRIPE -> new StripeRules(random);
            case OASIS -> new OasisRules();
        };
    }
}
