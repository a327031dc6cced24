package dev.reprise.conformance.client;

/** A way in which the planted client is wrong, and the only cases that say so. */
enum ClientFault {
    NONE(""),
    SENDS_NO_KEY("C1-key"),
    MAKES_A_NEW_KEY_FOR_EACH_ATTEMPT("C1-kept"),
    KEEPS_ITS_KEY_FOR_THE_NEXT_OPERATION("C1-new"),
    KEEPS_ITS_KEY_AFTER_A_REFUSAL("C1-new"),
    CHANGES_BYTES("C1-bytes"),
    DROPS_FIELDS("C1-request"),
    CHANGES_ITS_CREDENTIAL("C1-request"),
    GIVES_UP_WHEN_AN_ANSWER_IS_LOST("C2-lost"),
    TAKES_HALF_AN_ANSWER("C2-broken-off"),
    GIVES_UP_WHEN_THE_SERVER_IS_DOWN("C2-down"),
    GIVES_UP_WHILE_IN_PROGRESS("C2-in-progress"),
    GIVES_UP_AFTER_429("C2-too-many"),
    RETRIES_WHAT_IS_WRONG("C2-refused"),
    RETRIES_RESULTS("C2-result"),
    DOES_NOT_WAIT("C3-waits"),
    DOES_NOT_WAIT_LONGER("C3-grows"),
    HAS_NO_JITTER("C3-jitter"),
    IGNORES_RETRY_AFTER("C4-seconds C4-date"),
    IGNORES_DATES("C4-date"),
    NEVER_GIVES_UP("C5-ends"),
    IGNORES_RETENTION("C7-retention");

    private final String cases;

    ClientFault(String cases) {
        this.cases = cases;
    }

    String[] cases() {
        return cases.isEmpty() ? new String[0] : cases.split(" ", -1);
    }
}
