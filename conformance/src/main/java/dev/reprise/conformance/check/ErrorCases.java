package dev.reprise.conformance.check;

import static dev.reprise.conformance.check.Case.should;

import dev.reprise.conformance.Profile;
import dev.reprise.conformance.Source;
import dev.reprise.conformance.Verdict;
import dev.reprise.conformance.Verdict.NotApplicable;
import dev.reprise.conformance.wire.Request;
import dev.reprise.conformance.wire.Response;
import java.util.ArrayList;
import java.util.List;

/** What refusals look like (S24). */
final class ErrorCases {
    private ErrorCases() {}

    static List<Case> cases(Profile profile) {
        List<Case> cases = new ArrayList<>();
        cases.add(document(profile, "invalid-key", "of a malformed key", Refusal.INVALID_KEY)
                .after("S2")
                .checkedBy(probe -> judged(probe, Refusal.INVALID_KEY, invalidKey(probe))));
        cases.add(document(profile, "missing-key", "of a missing key", Refusal.MISSING_KEY)
                .needing(Need.KEY_REQUIRED)
                .after("S4")
                .checkedBy(probe -> judged(
                        probe, Refusal.MISSING_KEY, probe.send(probe.session().ordinary()))));
        cases.add(document(profile, "mismatch", "of a mismatch", Refusal.MISMATCH)
                .needing(Need.OTHER_BODY)
                .after("S7", "S9")
                .checkedBy(probe -> judged(probe, Refusal.MISMATCH, mismatch(probe))));
        cases.add(document(profile, "in-progress", "while the first request is running", Refusal.IN_PROGRESS)
                .needing(Need.SLOW)
                .after("S7", "S16-once", "S8")
                .checkedBy(probe -> {
                    Response duplicate = duplicateOfRunning(probe);
                    return probe.dialect().isInProgress(duplicate)
                            ? judged(probe, Refusal.IN_PROGRESS, duplicate)
                            : new NotApplicable("The retry waited for the first response instead of being refused");
                }));
        cases.add(document(profile, "already-handled", "of a finished operation", Refusal.ALREADY_HANDLED)
                .needing(Need.REJECTS)
                .after("S25")
                .checkedBy(probe -> {
                    Request request = probe.request(probe.newKey());
                    probe.send(request);
                    return judged(probe, Refusal.ALREADY_HANDLED, probe.send(request));
                }));
        return cases;
    }

    private static CaseBuilder document(Profile profile, String word, String of, Refusal refusal) {
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

    private static Verdict judged(Probe probe, Refusal refusal, Response response) {
        return new Checks().all(probe.dialect().complaints(refusal, response)).verdict();
    }

    /** The refusal of a key that is too long; no server between here and there minds such a field. */
    static Response invalidKey(Probe probe) {
        Malformed tooLong = probe.dialect().malformed().stream()
                .filter(malformed -> malformed.word().equals(Malformed.TOO_LONG))
                .findFirst()
                .orElseThrow();
        Key key = probe.session().randomKey();
        return probe.send(SyntaxCases.respelled(
                probe,
                probe.request(key),
                tooLong.lines().stream().map(line -> line.apply(key.value())).toList()));
    }

    static Response mismatch(Probe probe) {
        Request request = probe.request(probe.newKey());
        probe.send(request);
        return probe.retry(MismatchCases.mismatching(probe, request));
    }

    static Response duplicateOfRunning(Probe probe) {
        Request request = probe.request(probe.newKey(), probe.target().slow());
        Pending slow = ConcurrencyCases.startSlow(probe, request);
        Response duplicate = probe.send(request);
        slow.await();
        return duplicate;
    }
}
