package dev.reprise.gateway;

/** Where something that was entrusted to a gateway can be found. */
enum Place {
    /** What reaches the service. */
    SERVICE("POST "),
    /** What reaches the provider of OpenID Connect. */
    PROVIDER("grant_type"),
    /** To whom the webhook speaks, and with which fields. */
    RECEIVER("idempotency-key"),
    /** What the webhook says. */
    MESSAGE("outcome-unknown"),
    /** What a caller gets at first. */
    FIRST_ANSWER("idempotency-retention"),
    /** What its retries get. */
    REPLAY("idempotent-replayed"),
    /** What a caller gets who gets no answer of the service: problem details. */
    REFUSAL("payload-mismatch"),
    /** Pages of the console, but for those about the answer of one operation. */
    CONSOLE("Overview"),
    /** Pages about the answer of one operation. */
    ANSWER_PAGE("Recorded answer"),
    /** Pages and answers for who has not signed in. */
    SIGN_IN("Sign in"),
    /** Health, readiness, and what a stranger gets at the admin address. */
    HEALTH("ready"),
    METRICS("reprise_operations"),
    LOGS("Nobody can tell the outcome"),
    /** What commands print that list. */
    LISTS("PRINCIPAL"),
    /** What the command prints that shows one operation. */
    SHOWN("\"status\""),
    /** What is said of settings that are wrong. */
    SETTINGS_ERROR("reprise: "),
    /** The audit in the store folder. */
    AUDIT("\"release\""),
    /** The outbox of the webhook in the store folder. */
    OUTBOX("outcome-unknown"),
    /** The file by which commands find the gateway. */
    ADMIN_FILE("127.0.0.1:"),
    /** All other files of the store folder. */
    STORE("first");

    private final String witness;

    Place(String witness) {
        this.witness = witness;
    }

    /** What is there in any case, so that who does not find it has not looked. */
    String witness() {
        return witness;
    }
}
