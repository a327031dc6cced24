package dev.reprise.conformance.check;

import dev.reprise.conformance.Verdict;
import dev.reprise.conformance.wire.WireResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Gathers what is wrong, and what cannot be seen, into a verdict. */
final class Checks {
    private final List<String> complaints = new ArrayList<>();
    private final List<String> unseen = new ArrayList<>();

    /** Complains unless the condition holds. */
    Checks that(boolean holds, String complaint) {
        if (!holds) {
            complaints.add(complaint);
        }
        return this;
    }

    /** Complains of each of these. */
    Checks all(List<String> found) {
        complaints.addAll(found);
        return this;
    }

    /** Something could not be seen. */
    Checks unseen(String why) {
        unseen.add(why);
        return this;
    }

    /** Complains of another status. */
    Checks status(String who, WireResponse response, int expected) {
        return that(response.status() == expected, who + " got " + response.status() + " instead of " + expected);
    }

    /** Complains of anything but a 4xx; which one is another question. */
    Checks refused(String who, WireResponse response) {
        return that(
                response.status() >= 400 && response.status() < 500,
                who + " got " + response.status() + " instead of a refusal");
    }

    /** Complains of another number of executions. */
    Checks executed(Tally tally, long expected, WireResponse... answers) {
        OptionalLong executions = tally.executions(List.of(answers));
        if (executions.isEmpty()) {
            return unseen(
                    "Two executions cannot be distinguished by their answers; say with --effects where they can be"
                            + " counted");
        }
        long came = executions.getAsLong();
        return that(
                came == expected,
                "it was executed " + times(came) + " instead of " + times(expected)
                        + (came > expected ? tally.seenBy() : ""));
    }

    /** Complains unless the second response is the first one again: status and body. */
    Checks same(WireResponse first, WireResponse retry) {
        that(
                retry.status() == first.status(),
                "the retry got " + retry.status() + " and the first request " + first.status());
        return that(
                retry.status() != first.status() || retry.body().equals(first.body()),
                "the retry got another body than the first request");
    }

    /**
     * Complains unless the retry got the result. Where replays differ from first responses anyway, which is told once
     * (S7-answer), any success is one.
     */
    Checks result(Probe probe, WireResponse first, WireResponse retry) {
        return probe.session().replaysDiffer()
                ? that(
                        retry.isSuccess() == first.isSuccess(),
                        "the retry got " + retry.status() + " and the first request " + first.status())
                : same(first, retry);
    }

    /** Whether nobody has complained so far. */
    boolean fine() {
        return complaints.isEmpty();
    }

    Verdict verdict() {
        if (!complaints.isEmpty()) {
            String text = String.join("; ", complaints);
            return new Verdict.Fail(Character.toUpperCase(text.charAt(0)) + text.substring(1));
        }
        return unseen.isEmpty() ? new Verdict.Pass() : new Verdict.NotObservable(String.join("; ", unseen));
    }

    private static String times(long count) {
        return count == 1 ? "once" : count == 2 ? "twice" : count == 0 ? "not at all" : count + " times";
    }
}
