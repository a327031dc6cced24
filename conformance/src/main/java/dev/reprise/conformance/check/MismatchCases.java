package dev.reprise.conformance.check;

import static dev.reprise.conformance.check.Case.must;
import static dev.reprise.conformance.check.Case.ours;
import static dev.reprise.conformance.check.Case.should;

import dev.reprise.conformance.Profile;
import dev.reprise.conformance.Source;
import dev.reprise.conformance.Verdict;
import dev.reprise.conformance.Verdict.NotObservable;
import dev.reprise.conformance.wire.WireRequest;
import dev.reprise.conformance.wire.WireResponse;
import java.net.URI;
import java.util.List;

/** One key, two requests (S9, S10, S11). */
final class MismatchCases {
    private MismatchCases() {}

    static List<Case> cases(Profile profile) {
        Source source = profile == Profile.STRIPE ? Sources.STRIPE : Sources.draft("2.7");
        int status = WireProfile.of(profile).status(ExpectedRefusal.MISMATCH);
        return List.of(
                must("S9", "finished", "Another body with a used key is refused")
                        .expecting(
                                "A refusal, and nothing is executed: the caller has mixed up two operations, and the"
                                        + " answer to one must not pass for that to the other.",
                                source,
                                Sources.draft("2.2"))
                        .needing(Need.OTHER_BODY)
                        .after("S7-once")
                        .checkedBy(MismatchCases::finished),
                should("S9", "status", "The status of that refusal is the one that clients know")
                        .expecting("Status " + status + ".", source)
                        .needing(Need.OTHER_BODY)
                        .after("S7-once", "S9-finished")
                        .checkedBy(probe -> new Checks()
                                .status(
                                        "the other body",
                                        ErrorCases.mismatch(probe),
                                        probe.dialect().status(ExpectedRefusal.MISMATCH))
                                .verdict()),
                must("S9", "running", "It is also refused while the first request is running")
                        .expecting(
                                "A refusal, and it is not executed: it is another operation under a key that is in use.",
                                source,
                                Sources.draft("2.2"))
                        .needing(Need.OTHER_BODY, Need.SLOW)
                        .after("S7-once", "S9-finished", "S16-once")
                        .checkedBy(probe -> running(probe, false)),
                ours("S9", "at-once", "While the first request is running the refusal already says why")
                        .expecting(
                                "Status " + status + " rather than 409, which would make the caller come again in"
                                        + " vain.",
                                Sources.ours("S9"))
                        .needing(Need.OTHER_BODY, Need.SLOW)
                        .after("S7-once", "S9-running")
                        .checkedBy(probe -> running(probe, true)),
                must("S10", "mismatch", "A refused mismatch leaves the record as it is")
                        .expecting(
                                "After the refusal the original request still gets its replay.", Sources.draft("2.6"))
                        .needing(Need.OTHER_BODY, Need.REPLAYS)
                        .after("S7-once", "S9-finished")
                        .checkedBy(probe -> {
                            Tally tally = probe.tally();
                            WireRequest request = probe.request(probe.newKey());
                            WireResponse first = probe.send(request);
                            probe.send(mismatching(probe, request));
                            WireResponse retry = probe.retry(request);
                            return new Checks()
                                    .result(probe, first, retry)
                                    .executed(tally, 1, first, retry)
                                    .verdict();
                        }),
                ours("S11", "query", "Another query with a used key is refused")
                        .expecting(
                                "The query is part of the request: the same key with another one is a mismatch.",
                                Sources.ours("S11"))
                        .after("S7-once", "S9-finished")
                        .checkedBy(MismatchCases::query));
    }

    static WireRequest mismatching(Probe probe, WireRequest request) {
        return Session.withPayload(request, probe.session().mismatchingBody(request));
    }

    private static Verdict finished(Probe probe) {
        Tally tally = probe.tally();
        WireRequest request = probe.request(probe.newKey());
        WireResponse first = probe.send(request);
        WireResponse other = probe.retry(mismatching(probe, request));
        return new Checks()
                .refused("the other body", other)
                .executed(tally, 1, first, other)
                .verdict();
    }

    private static Verdict running(Probe probe, boolean saysWhy) {
        Tally tally = probe.tally();
        WireRequest request = probe.request(probe.newKey(), probe.target().slow());
        Pending slow = ConcurrencyCases.startSlow(probe, request);
        WireResponse other = probe.send(mismatching(probe, request));
        boolean finished = slow.isDone();
        WireResponse first = slow.await();
        if (finished) {
            return new NotObservable(ConcurrencyCases.TOO_FAST);
        }
        return saysWhy
                ? new Checks()
                        .status("the other body", other, probe.dialect().status(ExpectedRefusal.MISMATCH))
                        .verdict()
                : new Checks()
                        .refused("the other body", other)
                        .executed(tally, 1, first, other)
                        .verdict();
    }

    private static Verdict query(Probe probe) {
        Tally tally = probe.tally();
        WireRequest request = probe.request(probe.newKey());
        WireResponse first = probe.send(request);
        String uri = request.uri().toString();
        WireRequest other = request.withUri(
                URI.create(uri + (request.uri().getRawQuery() == null ? "?" : "&") + "reprise-check=1"));
        WireResponse refused = probe.retry(other);
        return new Checks()
                .refused("the other query", refused)
                .executed(tally, 1, first, refused)
                .verdict();
    }
}
