package dev.reprise.conformance.check;

import static dev.reprise.conformance.check.Case.must;

import dev.reprise.conformance.EffectQuery;
import dev.reprise.conformance.Verdict;
import dev.reprise.conformance.wire.WireRequest;
import dev.reprise.conformance.wire.WireResponse;
import java.util.List;

/** Methods that need no key (S5). */
final class MethodCases {
    private MethodCases() {}

    static List<Case> cases() {
        return List.of(
                must("S5", "get", "A key on GET is ignored")
                        .expecting(
                                "GET is safe to repeat by itself. With a key it is answered anew, nothing is stored,"
                                        + " and the key stays free for the operation that it names.",
                                Sources.ours("S5"),
                                Sources.http("9.2.1"))
                        .after("S7-once")
                        .checkedBy(probe -> ignored(probe, "GET")),
                must("S5", "head", "A key on HEAD is ignored")
                        .expecting(
                                "HEAD is safe to repeat by itself: nothing is stored, and the key stays free.",
                                Sources.ours("S5"),
                                Sources.http("9.2.1"))
                        .after("S7-once")
                        .checkedBy(probe -> ignored(probe, "HEAD")));
    }

    /** Uses one key for safe requests, then for the operation, then for a safe request again. */
    private static Verdict ignored(Probe probe, String method) {
        Tally tally = probe.tally();
        TestKey key = probe.newKey();
        WireRequest operation = probe.request(key);
        WireRequest safe = safe(probe, operation, method);
        WireResponse before = probe.send(safe);
        WireResponse again = probe.send(safe);
        WireResponse executed = probe.send(operation);
        WireResponse after = probe.send(safe);
        Checks checks = new Checks()
                .that(
                        List.of(before, again, after).stream().noneMatch(probe::isReplay),
                        "a " + method + " with a key was answered by a replay")
                .that(
                        executed.isSuccess() && !probe.isReplay(executed),
                        "after " + method + " with its key the operation got " + executed.status()
                                + (probe.isReplay(executed) ? ", marked as a replay" : ""))
                .executed(tally, 1, executed);
        boolean seesEffects = probe.target().effects() != null && method.equals("GET");
        return checks.that(
                        !seesEffects || !before.body().equals(after.body()),
                        "GET with a key gives the answer of before the operation")
                .verdict();
    }

    /** A safe request with the key: to where effects show, or else to the target itself. */
    private static WireRequest safe(Probe probe, WireRequest operation, String method) {
        EffectQuery query = probe.target().effects();
        return new WireRequest(
                method,
                query == null ? operation.uri() : query.uri(),
                operation.without("Content-Type").fields(),
                null);
    }
}
