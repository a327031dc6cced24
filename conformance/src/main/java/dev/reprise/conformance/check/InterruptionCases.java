package dev.reprise.conformance.check;

import static dev.reprise.conformance.check.Case.must;
import static dev.reprise.conformance.check.Case.ours;

import dev.reprise.conformance.Verdict;
import dev.reprise.conformance.Verdict.NotObservable;
import dev.reprise.conformance.wire.WireRequest;
import dev.reprise.conformance.wire.WireResponse;
import java.time.Duration;
import java.util.List;

/** Clients that go away, and requests that do not arrive whole (S19, S20). */
final class InterruptionCases {
    private static final String UNCOUNTED =
            "Executions of a request whose response is lost can only be counted with --effects";
    private static final int TRIES = 5;
    private static final Duration NOTICED = Duration.ofMillis(200);

    private InterruptionCases() {}

    static List<Case> cases() {
        return List.of(
                ours("S19", "durable", "A response leaves only when its record is there")
                        .expecting(
                                "A retry that is sent at the first byte of the response gets the replay: had the"
                                        + " server died at that moment, the response would be known.",
                                Sources.ours("S19"))
                        .needing(Need.REPLAYS)
                        .after("S7-once")
                        .checkedBy(InterruptionCases::durable),
                must("S19", "cancelled", "A client that leaves early cancels nothing")
                        .expecting(
                                "The client is gone while the handler works. The work is done once, and the retry gets"
                                        + " its response.",
                                Sources.draft("2.6"))
                        .needing(Need.SLOW)
                        .after("S7-once", "S8-running", "S10-in-progress", "S16-once")
                        .checkedBy(InterruptionCases::cancelled),
                must("S20", "disconnect", "A client that leaves in the middle of the response gets it by a retry")
                        .expecting(
                                "The response was lost, not the operation: the retry executes nothing.",
                                Sources.draft("2.6"))
                        .after("S7-once")
                        .checkedBy(InterruptionCases::disconnect),
                must("S20", "cut-short", "A request that did not arrive whole is not executed")
                        .expecting(
                                "Half a body is no request: nothing is executed or recorded, and the whole request"
                                        + " is executed afterwards.",
                                Sources.INCOMPLETE,
                                Sources.http("8.6"))
                        .needing(Need.BODY)
                        .after("S7-once")
                        .checkedBy(InterruptionCases::cutShort));
    }

    private record Race(WireResponse first, WireResponse retry) {}

    private static Verdict durable(Probe probe) {
        Checks checks = new Checks();
        for (int i = 0; i < TRIES && checks.fine(); i++) {
            WireRequest request = probe.request(probe.newKey());
            Race race = probe.open(request, connection -> {
                connection.send(request);
                connection.awaitFirstByte();
                WireResponse retry = probe.send(request);
                return new Race(Probe.answer(connection.read(request)), retry);
            });
            checks.that(
                    !probe.dialect().isInProgress(race.retry()),
                    "at the first byte of the response a retry was answered that the request is still running");
            if (checks.fine()) {
                checks.result(probe, race.first(), race.retry());
            }
        }
        return checks.verdict();
    }

    private static Verdict cancelled(Probe probe) {
        Tally tally = probe.tally();
        WireRequest request = probe.request(probe.newKey(), probe.target().slow());
        String none = probe.open(request, connection -> {
            connection.send(request);
            probe.session().budget().pause(NOTICED);
            connection.reset();
            return "nothing yet, and the connection was reset";
        });
        probe.note(probe.session().words().of(request), none);
        probe.session().budget().pause(NOTICED);
        WireResponse retry = probe.retry(request);
        WireResponse again = probe.retry(request);
        return settled(probe, tally, retry, again);
    }

    /** After a lost response there was one execution, and all further answers are one. */
    private static Verdict settled(Probe probe, Tally tally, WireResponse retry, WireResponse again) {
        Checks checks = new Checks();
        if (!probe.target().rejectsDuplicates()) {
            checks.that(retry.isSuccess(), "the retry got " + retry.status()).result(probe, retry, again);
        }
        if (probe.target().effects() == null) {
            return probe.session().marksReplays()
                    ? checks.that(probe.isReplay(retry), "the retry is not marked as a replay, so it was executed")
                            .verdict()
                    : checks.unseen(UNCOUNTED).verdict();
        }
        return checks.executed(tally, 1, retry, again).verdict();
    }

    private static Verdict disconnect(Probe probe) {
        Tally tally = probe.tally();
        WireRequest request = probe.request(probe.newKey());
        boolean began = probe.open(request, connection -> {
            connection.send(request);
            boolean response = connection.awaitFirstByte();
            connection.reset();
            return response;
        });
        if (!began) {
            return new NotObservable("No response began");
        }
        probe.note(probe.session().words().of(request), "the first bytes of a response, and the connection was reset");
        probe.session().budget().pause(NOTICED);
        WireResponse retry = probe.retry(request);
        WireResponse again = probe.retry(request);
        return settled(probe, tally, retry, again);
    }

    private static Verdict cutShort(Probe probe) {
        Tally tally = probe.tally();
        WireRequest request = probe.request(probe.newKey());
        int half = String.valueOf(request.body()).length() / 2;
        String end = probe.open(request, connection -> {
            connection.send(request, half);
            return "the connection was closed";
        });
        probe.note(probe.session().words().of(request) + ", of which " + half + " were sent", end);
        probe.session().budget().pause(NOTICED);
        WireResponse whole = probe.retry(request);
        return new Checks()
                .that(whole.isSuccess(), "the whole request got " + whole.status())
                .that(!probe.isReplay(whole), "the whole request got a replay")
                .executed(tally, 1, whole)
                .verdict();
    }
}
