package dev.reprise.conformance.reference;

import dev.reprise.conformance.Profile;

/** A way in which the reference server breaks one rule. */
public enum Fault {
    /** It keeps all of them. */
    NONE(""),

    // No faults by themselves: they hide others from a checker that looks at one thing only.
    ANSWERS_ALL_ALIKE(""),
    NUMBERS_ITS_REFUSALS(""),
    TAKES_ANY_KEY(""),

    // One spelling of a key, and malformed ones.
    QUOTED_KEY_IS_ANOTHER("S1"),
    STRIPS_QUOTES("S1", Profile.STRIPE),
    EXECUTES_MALFORMED_KEYS("S2"),
    ACCEPTS_TWO_KEY_LINES("S2"),
    ACCEPTS_LONG_KEYS("S2", Profile.OASIS),
    FIELD_NAME_IS_CASE_SENSITIVE("S3"),
    IGNORES_CASE_OF_KEYS("S3"),
    EXECUTES_WITHOUT_KEY("S4"),
    ANSWERS_A_MISSING_KEY_WITH_428("S4"),
    DOES_NOT_SAY_WHERE_KEYS_ARE_DOCUMENTED("S4"),
    STORES_KEYED_GET("S5"),
    ACCEPTS_FORGED_KEYS("S6"),
    ACCEPTS_KEYS_OF_OTHERS("S6"),
    ACCEPTS_EXPIRED_KEYS("S6"),

    // Replays.
    IGNORES_KEYS("S7"),
    REFUSES_THE_SAME_BODY_UNDER_ANOTHER_KEY("S7"),
    REPLAYS_ANOTHER_BODY("S7"),
    REPLAYS_ANOTHER_STATUS("S7"),
    DOES_NOT_MARK_REPLAYS("S17"),
    MARKS_FIRST_RESPONSES("S17"),
    FORGETS_LOCATION("S18"),
    FORGETS_CUSTOM_FIELD("S18"),
    REPLAYS_DATE("S18"),
    REPLAYS_SET_COOKIE("S18"),
    REPLAYS_REQUEST_ID("S18"),
    REPLAYS_STRIPE_REQUEST_ID("S18", Profile.STRIPE),

    // While it runs.
    EXECUTES_IN_PARALLEL("S16"),
    BREAKS_UNDER_A_BURST("S16"),
    ANSWERS_500_WHILE_RUNNING("S8"),
    DOES_NOT_SAY_WHEN_TO_COME_AGAIN("S8"),
    STORES_THE_409("S10"),

    // Other requests with the same key.
    COMPARES_NO_BODY("S9"),
    ANSWERS_MISMATCH_WITH_417("S9"),
    ANSWERS_MISMATCH_WITH_422("S9", Profile.STRIPE),
    COMPARES_ONLY_WHEN_FINISHED("S9"),
    STORES_THE_422("S10"),
    COMPARES_NO_QUERY("S11"),

    // Callers.
    SCOPES_BY_NOTHING("S12"),
    TELLS_BY_TIME("S12"),
    LOOKS_UP_BEFORE_IT_AUTHENTICATES("S13"),
    STORES_THE_401("S14"),

    // Outcomes.
    FORGETS_REFUSALS("S14"),
    EXECUTES_AGAIN_AFTER_5XX("S15"),
    EXECUTES_AGAIN_AFTER_5XX_AS_STRIPE("S15", Profile.STRIPE),
    FORGETS_LARGE_RESPONSES("S21"),
    OMITS_LARGE_BODIES_SILENTLY("S21"),
    REPLAYS_WHAT_IT_SHOULD_REJECT("S25"),

    // Interruptions.
    ANSWERS_BEFORE_IT_IS_DURABLE("S19"),
    FORGETS_WHEN_THE_CLIENT_LEAVES_EARLY("S19"),
    FORGETS_WHEN_THE_RESPONSE_IS_LOST("S20"),
    EXECUTES_HALF_REQUESTS("S20"),

    // Retention.
    FORGETS_TOO_EARLY("S23"),
    NEVER_FORGETS("S23"),
    DOES_NOT_ADVERTISE_RETENTION("S23"),
    EXECUTES_WHAT_IT_HAS_FORGOTTEN("S23", Profile.OASIS),

    // Errors and browsers.
    ERRORS_ARE_PLAIN_JSON("S24"),
    PROBLEMS_HAVE_NO_TYPE("S24"),
    STRIPE_ERRORS_HAVE_NO_ENVELOPE("S24", Profile.STRIPE),
    PREFLIGHT_FORGETS_THE_KEY("S26"),
    PREFLIGHT_FORGETS_THE_DATE("S26", Profile.OASIS),
    REPLAYS_CANNOT_BE_READ("S26"),
    MARK_IS_NOT_EXPOSED("S26"),

    // Dialects.
    DOES_NOT_ECHO_THE_KEY("stripe", Profile.STRIPE),
    DOES_NOT_NAME_THE_ORIGINAL_REQUEST("stripe", Profile.STRIPE),
    DOES_NOT_SAY_WHETHER_TO_RETRY("stripe", Profile.STRIPE),
    DOES_NOT_SAY_THE_RESULT("oasis", Profile.OASIS),
    ACCEPTS_ONE_OF_TWO_HEADERS("oasis", Profile.OASIS),
    ACCEPTS_BAD_DATES("oasis", Profile.OASIS),
    ACCEPTS_OLD_REQUESTS("oasis", Profile.OASIS),
    IGNORES_HEADERS_ON_UNSUPPORTED_METHODS("oasis", Profile.OASIS);

    private final String rule;
    private final Profile profile;

    Fault(String rule) {
        this(rule, Profile.IETF);
    }

    Fault(String rule, Profile profile) {
        this.rule = rule;
        this.profile = profile;
    }

    /** The rule that it breaks. */
    public String rule() {
        return rule;
    }

    /** The profile in which it does. */
    public Profile profile() {
        return profile;
    }
}
