package dev.reprise.conformance.check;

import dev.reprise.conformance.Level;
import dev.reprise.conformance.Profile;
import dev.reprise.conformance.Source;
import dev.reprise.conformance.Verdict;
import dev.reprise.conformance.Verdict.NotApplicable;
import dev.reprise.conformance.Verdict.NotObservable;
import dev.reprise.conformance.wire.WireRequest;
import dev.reprise.conformance.wire.WireResponse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What refusals look like (S24). */
final class ErrorCases {
    private ErrorCases() {}

    static List<Case> cases(Profile profile) {
        List<Case> cases = new ArrayList<>();
        cases.add(document(profile, "invalid-key", "of a malformed key", ExpectedRefusal.INVALID_KEY)
                .checkedBy(probe -> {
                    WireResponse refusal = invalidKey(probe);
                    return refusal.isSuccess()
                            ? new NotObservable("No malformed key is refused here")
                            : judged(probe, ExpectedRefusal.INVALID_KEY, refusal);
                }));
        cases.add(document(profile, "missing-key", "of a missing key", ExpectedRefusal.MISSING_KEY)
                .needing(Need.KEY_REQUIRED)
                .after("S4-missing")
                .checkedBy(probe -> judged(
                        probe,
                        ExpectedRefusal.MISSING_KEY,
                        probe.send(probe.session().ordinary()))));
        cases.add(document(profile, "mismatch", "of a mismatch", ExpectedRefusal.MISMATCH)
                .needing(Need.OTHER_BODY)
                .after("S7-once", "S9-finished")
                .checkedBy(probe -> judged(probe, ExpectedRefusal.MISMATCH, mismatch(probe))));
        cases.add(document(profile, "in-progress", "while the first request is running", ExpectedRefusal.IN_PROGRESS)
                .needing(Need.SLOW)
                .after("S7-once", "S16-once", "S8-running")
                .checkedBy(probe -> {
                    WireResponse duplicate = duplicateOfRunning(probe);
                    return probe.dialect().isInProgress(duplicate)
                            ? judged(probe, ExpectedRefusal.IN_PROGRESS, duplicate)
                            : new NotApplicable("The retry waited for the first response instead of being refused");
                }));
        cases.add(document(profile, "already-handled", "of a finished operation", ExpectedRefusal.ALREADY_HANDLED)
                .needing(Need.REJECTS)
                .after("S25-once")
                .checkedBy(probe -> {
                    WireRequest request = probe.request(probe.newKey());
                    probe.send(request);
                    WireResponse retry = probe.send(request);
                    return retry.isSuccess()
                            ? new NotObservable("The retry was not refused")
                            : judged(probe, ExpectedRefusal.ALREADY_HANDLED, retry);
                }));
        return cases;
    }

    private static CaseBuilder document(Profile profile, String word, String of, ExpectedRefusal refusal) {
        Source source = switch (profile) {
            case IETF, OASIS -> Sources.PROBLEMS;
            case ACP -> Sources.ACP;
            case ADCP -> Sources.ADCP;
            case STRIPE -> Sources.STRIPE_ERRORS;
        };
        String text = switch (profile) {
            case IETF, OASIS ->
                "A problem document whose type ends in " + refusal.problem() + ": clients decide by it whether"
                        + " to try again, and the status alone does not say enough.";
            case ACP, ADCP ->
                "An error with the code that the protocol has for it: clients decide by it whether to try again.";
            case STRIPE ->
                "An error object with the type that Stripe's clients know: they decide by it whether to try"
                        + " again.";
        };
        Level level = profile == Profile.STRIPE ? Level.SHOULD : Level.OURS;
        return new CaseBuilder("S24", word, level, "The refusal " + of + " says what it is")
                .expecting(text, source, Sources.ours("S24"));
    }

    private static Verdict judged(Probe probe, ExpectedRefusal refusal, WireResponse response) {
        return new Checks().all(probe.dialect().complaints(refusal, response)).verdict();
    }

    /**
     * The refusal of a malformed key: of one that is too long, as no server between here and there minds such a field; if
     * that is accepted, of another one. A success if all are accepted.
     */
    static WireResponse invalidKey(Probe probe) {
        List<Malformed> ways = probe.dialect().malformed().stream()
                .sorted(Comparator.comparing(way -> !way.word().equals(Malformed.TOO_LONG)))
                .toList();
        WireResponse response = malformed(probe, ways.getFirst());
        for (Malformed way : ways.subList(1, ways.size())) {
            if (response.isSuccess()) {
                response = malformed(probe, way);
            }
        }
        return response;
    }

    private static WireResponse malformed(Probe probe, Malformed way) {
        TestKey key = probe.session().randomKey();
        return probe.send(SyntaxCases.respelled(
                probe,
                probe.request(key),
                way.lines().stream().map(line -> line.apply(key.value())).toList()));
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
