package dev.reprise.conformance.check;

import static dev.reprise.conformance.check.Case.must;

import dev.reprise.conformance.Field;
import dev.reprise.conformance.Verdict;
import dev.reprise.conformance.Verdict.NotObservable;
import dev.reprise.conformance.wire.WireRequest;
import dev.reprise.conformance.wire.WireResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whose key it is (S12, S13, and the 401 of S14). */
final class ScopeCases {
    private ScopeCases() {}

    static List<Case> cases() {
        return List.of(
                must("S12", "caller", "The same key of another caller is another operation")
                        .expecting(
                                "The other caller's request is executed as a new one. Anything else shows one"
                                        + " caller the response of another, or lets one block another.",
                                Sources.ours("S12"),
                                Sources.draft("2.2"))
                        .needing(Need.SECOND_CREDENTIAL, Need.CALLERS_KEYS)
                        .after("S7", "S17-first")
                        .checkedBy(ScopeCases::caller),
                must("S12", "mismatch", "Nor does a mismatch tell that a key is used by another caller")
                        .expecting(
                                "Another body under the other caller's own use of the key is executed, not refused:"
                                        + " a refusal would tell that the key exists.",
                                Sources.ours("S12"))
                        .needing(Need.SECOND_CREDENTIAL, Need.CALLERS_KEYS, Need.OTHER_BODY)
                        .after("S7", "S12", "S17-first")
                        .checkedBy(ScopeCases::otherBody),
                must("S13", "absent", "Without a credential there is no replay")
                        .expecting(
                                "Who asks is checked before the key is looked up: 401 or 403, or at least not"
                                        + " somebody else's response.",
                                Sources.ours("S13"),
                                Sources.draft("5"))
                        .needing(Need.CREDENTIAL, Need.REPLAYS)
                        .after("S7", "S17-first")
                        .checkedBy(probe -> noReplay(probe, null)),
                must("S13", "revoked", "With a revoked credential there is no replay")
                        .expecting(
                                "A credential that may not execute the request may not see its response either.",
                                Sources.ours("S13"))
                        .needing(Need.REVOKED_CREDENTIAL, Need.REPLAYS)
                        .after("S7", "S17-first")
                        .checkedBy(probe -> noReplay(probe, probe.target().revokedCredential())),
                must("S14", "unauthorised", "A 401 is not recorded")
                        .expecting(
                                "A request that was refused before it began leaves the key free: with a credential"
                                        + " it is executed.",
                                Sources.ours("S14"))
                        .needing(Need.CREDENTIAL)
                        .after("S7", "S17-first")
                        .checkedBy(ScopeCases::unauthorised));
    }

    private static Verdict caller(Probe probe) {
        Tally tally = probe.tally();
        WireRequest request = probe.request(probe.newKey());
        WireResponse first = probe.send(request);
        WireResponse other = probe.send(probe.by(request, probe.target().secondCredential()));
        return executedAnew(probe, first, other)
                .executed(tally, 2, first, other)
                .verdict();
    }

    private static Checks executedAnew(Probe probe, WireResponse first, WireResponse other) {
        Checks checks = new Checks();
        if (other.status() == 401 || other.status() == 403) {
            return checks.unseen(
                    "The second caller got " + other.status() + "; give a credential that may do the same");
        }
        return checks.that(
                        other.status() == first.status(),
                        "the second caller got " + other.status() + " instead of " + first.status())
                .that(!WireProfile.isMarked(other), "the second caller got a replay of the first caller's response")
                .that(
                        !probe.session().answersDiffer()
                                || !Tally.identity(other).equals(Tally.identity(first)),
                        "the second caller got the first caller's response");
    }

    private static Verdict otherBody(Probe probe) {
        Tally tally = probe.tally();
        WireRequest request = probe.request(probe.newKey());
        WireResponse first = probe.send(request);
        WireResponse other = probe.send(MismatchCases.mismatching(
                probe, probe.by(request, probe.target().secondCredential())));
        return executedAnew(probe, first, other)
                .executed(tally, 2, first, other)
                .verdict();
    }

    /** Executes as the first caller and asks again with another credential, or with none. */
    private static Verdict noReplay(Probe probe, @Nullable Field credential) {
        WireRequest request = probe.request(probe.newKey());
        WireResponse first = probe.send(request);
        WireResponse other = probe.send(probe.by(request, credential));
        if (!other.isSuccess()) {
            return new Checks()
                    .that(!WireProfile.isMarked(other), "the refusal is marked as a replay")
                    .verdict();
        }
        if (!probe.session().answersDiffer() && !WireProfile.isMarked(other)) {
            return new NotObservable("It got " + other.status() + ", and the answers to two executions do not differ");
        }
        return new Checks()
                .that(
                        !WireProfile.isMarked(other) && !Tally.identity(other).equals(Tally.identity(first)),
                        "it got the first caller's response")
                .verdict();
    }

    private static Verdict unauthorised(Probe probe) {
        Tally tally = probe.tally();
        WireRequest request = probe.request(probe.newKey());
        WireResponse refused = probe.send(probe.by(request, probe.target().revokedCredential()));
        if (refused.status() != 401 && refused.status() != 403) {
            return new Verdict.NotApplicable("Without a valid credential it is answered by " + refused.status());
        }
        WireResponse executed = probe.retry(request);
        return new Checks()
                .that(executed.isSuccess(), "with a credential it got " + executed.status())
                .that(!WireProfile.isMarked(executed), "with a credential it got a replay")
                .executed(tally, 1, executed)
                .verdict();
    }
}
