package dev.reprise.conformance.check;

import static dev.reprise.conformance.check.Case.must;

import dev.reprise.conformance.Level;
import dev.reprise.conformance.Source;
import dev.reprise.conformance.Verdict;
import dev.reprise.conformance.Verdict.NotObservable;
import dev.reprise.conformance.wire.WireRequest;
import dev.reprise.conformance.wire.WireResponse;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The protocols that agents speak. Each says for itself what is a must; of the other cases, those that it contradicts are left
 * out, and the rest is ours.
 *
 * @param source what it says
 * @param musts the cases that it demands
 * @param shoulds the cases that it recommends
 * @param without the cases that do not go with it
 * @param own the cases of its own
 */
record AgentCases(Source source, Set<String> musts, Set<String> shoulds, Set<String> without, List<Case> own) {
    private static final Set<String> COMMON = Set.of(
            "S7-once",
            "S7-answer",
            "S4-missing",
            "S9-finished",
            "S12-caller",
            "S16-once",
            "S8-running",
            "S23-kept",
            "S24-missing-key",
            "S24-mismatch",
            "S24-in-progress");

    static AgentCases acp() {
        return new AgentCases(
                Sources.ACP,
                plus(COMMON, "S4-status", "S9-status", "S23-expires"),
                Set.of("S17-marked", "S8-retry-after"),
                Set.of("S11-query", "S15-failure"),
                List.of(
                        must("S17", "echo", "Answers repeat the key")
                                .expecting("Every answer to a POST carries the key of the request.", Sources.ACP)
                                .after("S7-once", "S9-finished")
                                .needing(Need.OTHER_BODY)
                                .checkedBy(AgentCases::echo),
                        must("S11", "equal", "JSON that is written otherwise is the same request")
                                .expecting("Bodies are compared by their meaning as JSON (section 6.2).", Sources.ACP)
                                .needing(Need.REPLAYS)
                                .after("S7-once")
                                .checkedBy(probe -> equal(probe, "{ ", "{")),
                        fresh(Sources.ACP)));
    }

    static AgentCases adcp() {
        return new AgentCases(
                Sources.ADCP,
                plus(COMMON, "S9-running", "S17-marked", "S24-invalid-key", "S2-short", "S2-character", "S2-too-long"),
                Set.of(),
                Set.of("S3-name", "S14-refusal", "S15-failure", "S23-expires", "S26-preflight"),
                List.of(
                        must("S11", "context", "What may change on a retry does not count")
                                .expecting(
                                        "The member context is not part of the request that is compared (payload"
                                                + " equivalence).",
                                        Sources.ADCP)
                                .needing(Need.REPLAYS)
                                .after("S7-once")
                                .checkedBy(probe -> equal(probe, "{\"context\":{\"attempt\":2},", "{")),
                        must("S14", "anew", "What the handler refused is decided anew")
                                .expecting("Only success is recorded (rule 3).", Sources.ADCP)
                                .needing(Need.REFUSED)
                                .after("S7-once")
                                .checkedBy(AgentCases::refused),
                        fresh(Sources.ADCP)));
    }

    private static Set<String> plus(Set<String> some, String... more) {
        return Set.copyOf(Stream.concat(some.stream(), Stream.of(more)).toList());
    }

    /** The cases of all profiles as this protocol sees them, and its own. */
    Stream<Case> among(Stream<Case> common) {
        return Stream.concat(common.filter(one -> !without.contains(one.id())).map(this::seen), own.stream());
    }

    private Case seen(Case one) {
        if (musts.contains(one.id())) {
            return one.at(Level.MUST, source);
        }
        return shoulds.contains(one.id()) ? one.at(Level.SHOULD, source) : one.at(Level.OURS, Sources.ours(one.rule()));
    }

    private static Case fresh(Source source) {
        return must("S15", "fresh", "After a 5xx the retry is a fresh request")
                .expecting("A 5xx is not recorded, and the same request is executed again.", source)
                .needing(Need.FAILING)
                .after("S7-once")
                .checkedBy(probe -> {
                    Tally tally = probe.tally();
                    WireRequest request =
                            probe.request(probe.newKey(), probe.target().failing());
                    WireResponse first = probe.send(request);
                    if (first.status() < 500) {
                        return new NotObservable("The request that is to fail got " + first.status());
                    }
                    probe.send(request);
                    OptionalLong executions = tally.executions(List.of());
                    return probe.target().effects() == null
                            ? new NotObservable("Executions that fail can only be counted with --effects")
                            : new Checks()
                                    .that(executions.orElse(0) == 2, "the retry was not executed")
                                    .verdict();
                });
    }

    private static Verdict echo(Probe probe) {
        TestKey key = probe.newKey();
        WireRequest request = probe.request(key);
        String header = probe.target().keyHeader();
        Checks checks = new Checks();
        checks.that(isEchoed(probe.send(request), header, key), "the first response does not have " + header);
        checks.that(isEchoed(probe.retry(request), header, key), "the replay does not have " + header);
        WireResponse refused = probe.send(MismatchCases.mismatching(probe, request));
        return checks.that(isEchoed(refused, header, key), "the refusal does not have " + header)
                .verdict();
    }

    private static boolean isEchoed(WireResponse response, String header, TestKey key) {
        return response.all(header).equals(List.of(key.value()));
    }

    /** Sends the request, and again with another beginning of its JSON object. */
    private static Verdict equal(Probe probe, String beginning, String former) {
        Tally tally = probe.tally();
        WireRequest request = probe.request(probe.newKey());
        String body = request.body();
        if (body == null || !body.startsWith(former) || body.strip().equals("{}")) {
            return new NotObservable("The body is no JSON object that can be written otherwise");
        }
        WireResponse first = probe.send(request);
        WireResponse retry = probe.retry(request.withBody(beginning + body.substring(former.length())));
        return new Checks()
                .result(probe, first, retry)
                .executed(tally, 1, first, retry)
                .verdict();
    }

    private static Verdict refused(Probe probe) {
        WireRequest request = probe.request(probe.newKey(), probe.target().refused());
        WireResponse first = probe.send(request);
        if (first.status() < 400 || first.status() > 499) {
            return new NotObservable("The request that is to be refused got " + first.status());
        }
        return new Checks()
                .that(!probe.isReplay(probe.retry(request)), "the retry got the recorded refusal")
                .verdict();
    }
}
