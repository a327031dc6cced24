package dev.reprise.testkit.simulation;

import java.time.Duration;

/** What a handler does when it is run. */
enum Behaviour {
    /** It works and answers. */
    ANSWERS("answers", true),
    /** It works and answers, after about half a lease. */
    ANSWERS_SLOWLY("answers slowly", true),
    /** It works and answers when its first lease would be over. */
    OUTLIVES_THE_LEASE("answers after its lease", true),
    /** It works and answers when its time to run is over. */
    OUTLIVES_ITS_TIME("answers after its time to run", true),
    /** It works, and answers that it failed: what that means is the guarantee's. */
    ANSWERS_WITH_AN_ERROR("works and answers 500", true),
    /** It does nothing, and says so. */
    REFUSES("refuses", false),
    /** It throws, and has done nothing. */
    THROWS("throws", false),
    /** It works, and throws. */
    WORKS_AND_THROWS("works and throws", true),
    /** It works, and throws an {@link Error}. */
    WORKS_AND_THROWS_AN_ERROR("works and throws an error", true),
    /** It works, and returns null. */
    WORKS_AND_RETURNS_NULL("works and returns null", true),
    /** It works, and never returns. */
    WORKS_AND_HANGS("works and never returns", true),
    /** It does nothing, and cannot tell. */
    IS_LOST("loses its answer, without effect", false),
    /** It works, and cannot tell. */
    WORKS_AND_IS_LOST("works and loses its answer", true);

    private final String words;
    private final boolean works;

    Behaviour(String words, boolean works) {
        this.words = words;
        this.works = works;
    }

    /** Whether there is an effect. */
    boolean works() {
        return works;
    }

    /** How long it takes, if that is long. */
    Duration time() {
        return switch (this) {
            case ANSWERS_SLOWLY -> RunRules.LEASE.dividedBy(2);
            case OUTLIVES_THE_LEASE -> RunRules.LEASE.multipliedBy(3).dividedBy(2);
            case OUTLIVES_ITS_TIME -> RunRules.RUN_TIME.plus(RunRules.LEASE.multipliedBy(2));
            default -> Duration.ZERO;
        };
    }

    @Override
    public String toString() {
        return words;
    }
}
