package dev.reprise.conformance.check;

import static dev.reprise.conformance.check.Case.must;

import dev.reprise.conformance.Field;
import dev.reprise.conformance.Verdict;
import dev.reprise.conformance.Verdict.NotObservable;
import dev.reprise.conformance.wire.WireRequest;
import dev.reprise.conformance.wire.WireResponse;
import java.util.List;
import java.util.OptionalLong;
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
                                Sources.draft("5"))
                        .needing(Need.SECOND_CREDENTIAL, Need.CALLERS_KEYS)
                        .after("S7-once")
                        .checkedBy(ScopeCases::caller),
                must("S12", "mismatch", "Nor does a mismatch tell that a key is used by another caller")
                        .expecting(
                                "Another body under the other caller's own use of the key is executed, not refused:"
                                        + " a refusal would tell that the key exists.",
                                Sources.draft("5"))
                        .needing(Need.SECOND_CREDENTIAL, Need.CALLERS_KEYS, Need.OTHER_BODY)
                        .after("S7-once", "S12-caller")
                        .checkedBy(ScopeCases::otherBody),
                must("S13", "absent", "Without a credential there is no replay")
                        .expecting(
                                "Who asks is checked before the key is looked up: 401 or 403, or at least not"
                                        + " somebody else's response.",
                                Sources.draft("5"),
                                Sources.http("15.5.2"))
                        .needing(Need.CREDENTIAL, Need.REPLAYS)
                        .after("S7-once")
                        .checkedBy(probe -> noReplay(probe, null)),
                must("S13", "revoked", "With a revoked credential there is no replay")
                        .expecting(
                                "A credential that may not execute the request may not see its response either.",
                                Sources.draft("5"),
                                Sources.http("15.5.4"))
                        .needing(Need.REVOKED_CREDENTIAL, Need.REPLAYS)
                        .after("S7-once")
                        .checkedBy(probe -> noReplay(probe, probe.target().revokedCredential())),
                must("S14", "unauthorised", "A 401 is not recorded")
                        .expecting(
                                "A request that was refused before it began leaves the key free: with a credential"
                                        + " it is executed.",
                                Sources.http("15.5.2"))
                        .needing(Need.CREDENTIAL)
                        .after("S7-once")
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
                .that(!probe.isReplay(other), "the second caller got a replay of the first caller's response")
                .that(!isTheSame(probe, first, other), "the second caller got the first caller's response");
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

    /** Whether the other answer shows that it is the first one. */
    private static boolean isTheSame(Probe probe, WireResponse first, WireResponse other) {
        return probe.session().identity().isShared(first, other).orElse(false);
    }

    /** Executes as the first caller and asks again with another credential, or with none. */
    private static Verdict noReplay(Probe probe, @Nullable Field credential) {
        Tally tally = probe.tally();
        WireRequest request = probe.request(probe.newKey());
        WireResponse first = probe.send(request);
        WireResponse other = probe.send(probe.by(request, credential));
        Checks checks = new Checks()
                .that(!probe.isReplay(other), "what it got is marked as a replay")
                .that(!isTheSame(probe, first, other), "it got the first caller's response");
        if (!checks.fine() || !other.isSuccess()) {
            return checks.verdict();
        }
        // Answered without being executed: then it is what somebody else's request has made.
        OptionalLong executions = tally.executions(List.of(first, other));
        if (executions.isEmpty()) {
            return new NotObservable("It got " + other.status()
                    + ", and its answer does not show whether it was executed; say with --effects where that can be"
                    + " counted");
        }
        return checks.that(
                        executions.getAsLong() != 1,
                        "it got " + other.status() + " and was not executed, so it is the first caller's response")
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
                .that(!probe.isReplay(executed), "with a credential it got a replay")
                .executed(tally, 1, executed)
                .verdict();
    }
}
