package dev.reprise.conformance.check;

import static dev.reprise.conformance.check.Case.must;
import static dev.reprise.conformance.check.Case.ours;
import static dev.reprise.conformance.check.Case.should;

import dev.reprise.conformance.Profile;
import dev.reprise.conformance.Verdict;
import dev.reprise.conformance.Verdict.NotObservable;
import dev.reprise.conformance.wire.WireAttempt;
import dev.reprise.conformance.wire.WireRequest;
import dev.reprise.conformance.wire.WireResponse;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/** Handlers that refuse, fail, or answer at length (S14, S15, S21, S25). */
final class OutcomeCases {
    private static final String OMITTED = "Idempotent-Body-Omitted";
    /** From outer layers, or saying that nothing was done and to ask again: nothing of that is recorded (S14). */
    private static final Set<Integer> UNDECIDED = Set.of(401, 403, 405, 408, 413, 415, 421, 425, 429);

    private OutcomeCases() {}

    static List<Case> cases(Profile profile) {
        return List.of(
                should("S14", "refusal", "What the handler refused is replayed")
                        .expecting(
                                "A 4xx of the handler is a result like any other: the retry gets the same one, even"
                                        + " if the handler would decide differently by now.",
                                Sources.draft("2.6"),
                                Sources.STRIPE)
                        .needing(Need.REFUSED, Need.REPLAYS)
                        .after("S7-once")
                        .checkedBy(OutcomeCases::refusal),
                failing(profile),
                must("S21", "large", "A large response is not a reason to execute again")
                        .expecting(
                                "The retry gets the same status and fields, and the body or a mark that it was left"
                                        + " out; nothing is executed again.",
                                Sources.draft("2.6"))
                        .needing(Need.LARGE, Need.REPLAYS)
                        .after("S7-once")
                        .checkedBy(OutcomeCases::large),
                ours("S21", "omitted", "A body that was left out is said to be")
                        .expecting(
                                "A replay without the body of the first response carries " + OMITTED + ": true, so"
                                        + " that nobody takes it for an empty result.",
                                Sources.ours("S21"))
                        .needing(Need.LARGE, Need.REPLAYS)
                        .after("S7-once", "S21-large")
                        .checkedBy(OutcomeCases::omitted),
                must("S25", "once", "A retry executes nothing, where finished operations are refused")
                        .expecting(
                                "The same request with the same key is executed once, however often it is sent.",
                                Sources.draft("2.6"))
                        .needing(Need.REJECTS)
                        .checkedBy(probe -> {
                            Tally tally = probe.tally();
                            WireRequest request = probe.request(probe.newKey());
                            WireResponse first = probe.send(request);
                            return new Checks()
                                    .executed(tally, 1, first, probe.send(request))
                                    .verdict();
                        }),
                ours("S25", "rejects", "A finished operation is refused")
                        .expecting(
                                "Status 409, nothing is executed, and the response is not repeated.",
                                Sources.ours("S25"))
                        .needing(Need.REJECTS)
                        .after("S25-once")
                        .checkedBy(probe -> {
                            Tally tally = probe.tally();
                            WireRequest request = probe.request(probe.newKey());
                            WireResponse first = probe.send(request);
                            WireResponse retry = probe.send(request);
                            return new Checks()
                                    .status("the retry", retry, ExpectedRefusal.ALREADY_HANDLED.status())
                                    .executed(tally, 1, first, retry)
                                    .verdict();
                        }));
    }

    private static Case failing(Profile profile) {
        CaseBuilder builder = switch (profile) {
            case STRIPE ->
                must("S15", "failure", "A 5xx of the handler is replayed")
                        .expecting(
                                "The retry gets the recorded 5xx; the operation is never executed blindly" + " again.",
                                Sources.STRIPE);
            case IETF, OASIS, ACP, ADCP ->
                must("S15", "failure", "After a 5xx with an effect nothing is executed blindly")
                        .expecting(
                                "The retry gets the failure again, or the answer that the outcome is unknown;"
                                        + " the effect does not happen twice.",
                                Sources.draft("2.6"));
        };
        return builder.needing(Need.FAILING).after("S7-once").checkedBy(probe -> failure(probe, profile));
    }

    private static Verdict large(Probe probe) {
        Tally tally = probe.tally();
        WireRequest request = probe.request(probe.newKey(), probe.target().large());
        return switch (probe.attempt(request)) {
            case WireAttempt.Failed failed ->
                new NotObservable("The large response was not read to its end: " + failed.detail());
            case WireAttempt.Answered answered -> {
                WireResponse first = answered.response();
                WireResponse retry = probe.retry(request);
                yield new Checks()
                        .that(
                                retry.status() == first.status()
                                        || (probe.session().replaysDiffer() && retry.isSuccess()),
                                "the retry got " + retry.status() + " instead of " + first.status())
                        .executed(tally, 1, first, executedLike(first, retry))
                        .verdict();
            }
        };
    }

    private static Verdict refusal(Probe probe) {
        WireRequest request = probe.request(probe.newKey(), probe.target().refused());
        WireResponse first = probe.send(request);
        if (first.status() < 400 || first.status() > 499) {
            return new NotObservable("The request that is to be refused got " + first.status());
        }
        if (UNDECIDED.contains(first.status())) {
            return new NotObservable("The request that is to be refused got " + first.status()
                    + ", by which nothing was decided that could be replayed");
        }
        WireResponse retry = probe.retry(request);
        Checks checks = new Checks().result(probe, first, retry);
        if (probe.session().marksReplays()) {
            return checks.that(probe.isReplay(retry), "the retry is not marked as a replay, so it was decided anew")
                    .verdict();
        }
        WireResponse other =
                probe.send(probe.request(probe.newKey(), probe.target().refused()));
        return other.body().equals(first.body())
                ? checks.unseen("Replays are not marked here, and two refusals do not differ")
                        .verdict()
                : checks.same(first, retry).verdict();
    }

    private static Verdict failure(Probe probe, Profile profile) {
        Tally tally = probe.tally();
        WireRequest request = probe.request(probe.newKey(), probe.target().failing());
        WireResponse first = probe.send(request);
        if (first.status() < 500) {
            return new NotObservable("The request that is to fail got " + first.status());
        }
        OptionalLong effects = tally.executions(List.of());
        boolean counted = probe.target().effects() != null;
        if (counted && effects.orElse(0) == 0) {
            return new NotObservable("The failing request has no effect, so nothing is wrong with executing it again");
        }
        WireResponse retry = probe.send(request);
        Checks checks = new Checks();
        if (profile == Profile.STRIPE && !probe.target().rejectsDuplicates()) {
            checks.same(first, retry);
        }
        if (!counted) {
            checks.that(!retry.isSuccess(), "the retry was executed and got " + retry.status());
            return checks.unseen("Executions that fail can only be counted with --effects")
                    .verdict();
        }
        return checks.executed(tally, 1, first, retry).verdict();
    }

    /** A replay without its body still is no second execution: it counts as the first response. */
    private static WireResponse executedLike(WireResponse first, WireResponse retry) {
        return retry.body().isEmpty() ? first : retry;
    }

    private static Verdict omitted(Probe probe) {
        WireRequest request = probe.request(probe.newKey(), probe.target().large());
        if (!(probe.attempt(request) instanceof WireAttempt.Answered answered)) {
            return new NotObservable("The large response was not read to its end");
        }
        WireResponse first = answered.response();
        WireResponse retry = probe.retry(request);
        boolean said = retry.first(OMITTED).isPresent();
        return new Checks()
                .that(
                        retry.body().equals(first.body()) || said,
                        "the body of the replay is not the first one, and " + OMITTED + " does not say so")
                .that(
                        !said || retry.body().isEmpty() || probe.session().replaysDiffer(),
                        "the replay has a body, and " + OMITTED + " denies it")
                .verdict();
    }
}
