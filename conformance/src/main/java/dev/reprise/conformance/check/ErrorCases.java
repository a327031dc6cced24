package dev.reprise.conformance.check;

import static dev.reprise.conformance.check.Case.should;

import dev.reprise.conformance.Profile;
import dev.reprise.conformance.Source;
import dev.reprise.conformance.Verdict;
import dev.reprise.conformance.Verdict.NotApplicable;
import dev.reprise.conformance.wire.WireRequest;
import dev.reprise.conformance.wire.WireResponse;
import java.util.ArrayList;
import java.util.List;

/** What refusals look like (S24). */
final class ErrorCases {
    private ErrorCases() {}

    static List<Case> cases(Profile profile) {
        List<Case> cases = new ArrayList<>();
        cases.add(document(profile, "invalid-key", "of a malformed key", ExpectedRefusal.INVALID_KEY)
                .after("S2")
                .checkedBy(probe -> judged(probe, ExpectedRefusal.INVALID_KEY, invalidKey(probe))));
        cases.add(document(profile, "missing-key", "of a missing key", ExpectedRefusal.MISSING_KEY)
                .needing(Need.KEY_REQUIRED)
                .after("S4")
                .checkedBy(probe -> judged(
                        probe,
                        ExpectedRefusal.MISSING_KEY,
                        probe.send(probe.session().ordinary()))));
        cases.add(document(profile, "mismatch", "of a mismatch", ExpectedRefusal.MISMATCH)
                .needing(Need.OTHER_BODY)
                .after("S7", "S9")
                .checkedBy(probe -> judged(probe, ExpectedRefusal.MISMATCH, mismatch(probe))));
        cases.add(document(profile, "in-progress", "while the first request is running", ExpectedRefusal.IN_PROGRESS)
                .needing(Need.SLOW)
                .after("S7", "S16-once", "S8")
                .checkedBy(probe -> {
                    WireResponse duplicate = duplicateOfRunning(probe);
                    return probe.dialect().isInProgress(duplicate)
                            ? judged(probe, ExpectedRefusal.IN_PROGRESS, duplicate)
                            : new NotApplicable("The retry waited for the first response instead of being refused");
                }));
        cases.add(document(profile, "already-handled", "of a finished operation", ExpectedRefusal.ALREADY_HANDLED)
                .needing(Need.REJECTS)
                .after("S25")
                .checkedBy(probe -> {
                    WireRequest request = probe.request(probe.newKey());
                    probe.send(request);
                    return judged(probe, ExpectedRefusal.ALREADY_HANDLED, probe.send(request));
                }));
        return cases;
    }

    private static CaseBuilder document(Profile profile, String word, String of, ExpectedRefusal refusal) {
        Source source = switch (profile) {
            case IETF, OASIS -> Sources.PROBLEMS;
            case STRIPE -> Sources.STRIPE_ERRORS;
        };
        String text = switch (profile) {
            case IETF, OASIS ->
                "A problem document whose type ends in " + refusal.problem() + ": clients decide by it whether"
                        + " to try again, and the status alone does not say enough.";
            case STRIPE ->
                "An error object with the type that Stripe's clients know: they decide by it whether to try"
                        + " again.";
        };
        return should("S24", word, "The refusal " + of + " says what it is")
                .expecting(text, source, Sources.ours("S24"));
    }

    private static Verdict judged(Probe probe, ExpectedRefusal refusal, WireResponse response) {
        return new Checks().all(probe.dialect().complaints(refusal, response)).verdict();
    }

    /** The refusal of a key that is too long; no server between here and there minds such a field. */
    static WireResponse invalidKey(Probe probe) {
        Malformed tooLong = probe.dialect().malformed().stream()
                .filter(malformed -> malformed.word().equals(Malformed.TOO_LONG))
                .findFirst()
                .orElseThrow();
        TestKey key = probe.session().randomKey();
        return probe.send(SyntaxCases.respelled(
                probe,
                probe.request(key),
                tooLong.lines().stream().map(line -> line.apply(key.value())).toList()));
    }

    static WireResponse mismatch(Probe probe) {
        WireRequest request = probe.request(probe.newKey());
        probe.send(request);
        return probe.retry(MismatchCases.mismatching(probe, request));
    }

    static WireResponse duplicateOfRunning(Probe probe) {
        WireRequest request = probe.request(probe.newKey(), probe.target().slow());
        Pending slow = ConcurrencyCases.startSlow(probe, request);
        WireResponse duplicate = probe.send(request);
        slow.await();
        return duplicate;
    }
}
