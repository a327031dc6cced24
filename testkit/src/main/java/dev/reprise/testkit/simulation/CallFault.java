package dev.reprise.testkit.simulation;

/** What can happen to one call of a store. */
enum CallFault {
    /** It fails and is never applied. */
    FAILS("fails"),
    /** It is applied, and then fails. */
    LOSES_ITS_ANSWER("is applied and loses its answer"),
    /** It is applied a little later than its caller waits. */
    COMES_LATE("takes too long, and is applied later"),
    /** It is applied when every lease of that time is over. */
    COMES_AFTER_THE_LEASE("takes too long, and is applied when its lease is over"),
    /** It throws an {@link Error}, and is not applied. */
    THROWS_AN_ERROR("throws an error"),
    /** It is applied, and then throws an {@link Error}. */
    THROWS_AN_ERROR_AFTERWARDS("is applied and throws an error"),
    /** It takes nearly as long as it may. */
    IS_SLOW("is slow");

    private final String words;

    CallFault(String words) {
        this.words = words;
    }

    @Override
    public String toString() {
        return words;
    }
}
