package dev.reprise.conformance;

/** How a case ended. */
public sealed interface Verdict {
    /** The API does what the rule says. */
    record Pass() implements Verdict {}

    /**
     * It does not.
     *
     * @param complaint what came instead
     */
    record Fail(String complaint) implements Verdict {}

    /**
     * The rule does not concern this API, or needs something that was not given.
     *
     * @param why which of the two, and what to give
     */
    record NotApplicable(String why) implements Verdict {}

    /**
     * The rule concerns this API, and nothing could be seen.
     *
     * @param why what stood in the way
     */
    record NotObservable(String why) implements Verdict {}

    /** The name as it is written in reports. */
    default String label() {
        return switch (this) {
            case Pass ignored -> "pass";
            case Fail ignored -> "fail";
            case NotApplicable ignored -> "not applicable";
            case NotObservable ignored -> "not observable";
        };
    }

    /** What there is to say besides; empty for a pass. */
    default String remark() {
        return switch (this) {
            case Pass ignored -> "";
            case Fail fail -> fail.complaint();
            case NotApplicable notApplicable -> notApplicable.why();
            case NotObservable notObservable -> notObservable.why();
        };
    }
}
