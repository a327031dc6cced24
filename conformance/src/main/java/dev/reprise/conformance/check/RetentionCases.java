package dev.reprise.conformance.check;

import static dev.reprise.conformance.check.Case.must;
import static dev.reprise.conformance.check.Case.ours;

import dev.reprise.conformance.Level;
import dev.reprise.conformance.Profile;
import dev.reprise.conformance.Verdict;
import dev.reprise.conformance.wire.WireRequest;
import dev.reprise.conformance.wire.WireResponse;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** How long a finished operation is remembered (S23). */
final class RetentionCases {
    private static final String RETENTION = "Idempotency-Retention";
    private static final Duration USUAL = Duration.ofHours(24);
    private static final Duration SLACK = Duration.ofMillis(500);

    private RetentionCases() {}

    static List<Case> cases(Profile profile) {
        List<Case> cases = new ArrayList<>();
        if (profile == Profile.IETF) {
            cases.add(ours("S23", "advertised", "The response says how long it is remembered")
                    .expecting(
                            RETENTION + " gives whole seconds, 86400 at least unless less was configured: a client"
                                    + " must know when to stop repeating.",
                            Sources.ours("S23"))
                    .after("S7-once")
                    .checkedBy(RetentionCases::advertised));
        }
        cases.add(must("S23", "kept", "A response is remembered for the retention")
                .expecting("After more than half of the retention the retry gets the replay.", Sources.draft("2.3"))
                .needing(Need.RETENTION, Need.REPLAYS)
                .after("S7-once")
                .checkedBy(probe -> later(probe, 0.6, 1)));
        cases.add(
                profile == Profile.OASIS
                        ? must("S23", "expires", "After the retention nobody knows, so nothing is executed")
                                .expecting(
                                        "After the retention the request gets 412, and is not executed again: the time"
                                                + " at which it was first sent says that it may have been before.",
                                        Sources.OASIS)
                                .needing(Need.RETENTION)
                                .after("S7-once")
                                .checkedBy(RetentionCases::forgotten)
                        : new CaseBuilder(
                                        "S23",
                                        "expires",
                                        profile == Profile.STRIPE ? Level.SHOULD : Level.OURS,
                                        "After the retention the key is new")
                                .expecting(
                                        "After the retention the request is executed again.",
                                        profile == Profile.STRIPE ? Sources.STRIPE : Sources.ours("S23"))
                                .needing(Need.RETENTION)
                                .after("S7-once")
                                .checkedBy(probe -> later(probe, 1, 2)));
        return cases;
    }

    private static Verdict advertised(Probe probe) {
        WireResponse response = probe.send(probe.request(probe.newKey()));
        String value = response.first(RETENTION).orElse("");
        if (!value.matches("[0-9]{1,12}")) {
            return new Checks()
                    .that(false, value.isEmpty() ? RETENTION + " is missing" : RETENTION + " is " + value)
                    .verdict();
        }
        Duration configured = probe.target().retention();
        Duration least = configured == null ? USUAL : configured;
        return new Checks()
                .that(
                        Duration.ofSeconds(Long.parseLong(value)).compareTo(least.truncatedTo(ChronoUnit.SECONDS)) >= 0,
                        RETENTION + " is " + value + " seconds, less than " + least.toSeconds())
                .verdict();
    }

    private static Verdict forgotten(Probe probe) {
        Tally tally = probe.tally();
        WireRequest request = probe.request(probe.newKey());
        WireResponse first = probe.send(request);
        probe.session().budget().pause(retention(probe).plus(SLACK));
        WireResponse late = probe.send(request);
        return new Checks()
                .status("the retry", late, 412)
                .executed(tally, 1, first, late)
                .verdict();
    }

    private static Duration retention(Probe probe) {
        Duration retention = probe.target().retention();
        if (retention == null) {
            throw new IllegalStateException("The case needs a retention");
        }
        return retention;
    }

    /** Repeats the request after that part of the retention. */
    private static Verdict later(Probe probe, double part, long executions) {
        Duration wait = Duration.ofNanos((long) (retention(probe).toNanos() * part));
        Tally tally = probe.tally();
        WireRequest request = probe.request(probe.newKey());
        WireResponse first = probe.send(request);
        probe.session().budget().pause(executions == 1 ? wait : wait.plus(SLACK));
        WireResponse retry = probe.send(request);
        Checks checks = new Checks();
        if (executions == 1) {
            checks.result(probe, first, retry);
        } else {
            checks.that(!probe.isReplay(retry), "the retry got a replay");
        }
        return checks.executed(tally, executions, first, retry).verdict();
    }
}
