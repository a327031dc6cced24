package dev.reprise.conformance;

import java.util.Locale;

/** How an API speaks of idempotency keys on the wire. */
public enum Profile {
    /** The IETF draft with problem documents. */
    IETF("Idempotency-Key"),
    /** What Stripe's API does. */
    STRIPE("Idempotency-Key"),
    /** OASIS Repeatable Requests 1.0. */
    OASIS("Repeatability-Request-ID"),
    /** The checkout of the Agentic Commerce Protocol. */
    ACP("Idempotency-Key"),
    /** The Ad Context Protocol 3, whose keys are in a member of that name in a JSON body. */
    ADCP("idempotency_key");

    private final String keyHeader;

    Profile(String keyHeader) {
        this.keyHeader = keyHeader;
    }

    /** The usual name of the field, or of the member of the body, that carries the key. */
    public String keyHeader() {
        return keyHeader;
    }

    /** The name as it is written on the command line and in reports. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
