package dev.reprise.conformance.check;

import static dev.reprise.conformance.check.Case.must;

import dev.reprise.conformance.Verdict;
import dev.reprise.conformance.wire.WireRequest;
import dev.reprise.conformance.wire.WireResponse;
import java.time.Instant;
import java.util.List;
import java.util.function.BiFunction;

/** What OASIS Repeatable Requests add (profile {@code oasis}). */
final class OasisCases {
    private static final String RULE = "oasis";
    private static final Instant LONG_AGO = Instant.parse("2000-01-01T00:00:00Z");

    private OasisCases() {}

    static List<Case> cases() {
        return List.of(
                must(RULE, "accepted", "What was executed or replayed is accepted")
                        .expecting(
                                OasisWireProfile.RESULT + ": accepted, on the first response and on its replay.",
                                Sources.OASIS)
                        .needing(Need.REPLAYS)
                        .after("S7-once")
                        .checkedBy(probe -> {
                            WireRequest request = probe.request(probe.newKey());
                            Checks checks = new Checks();
                            result(checks, "the first response", probe.send(request), "accepted");
                            result(checks, "the replay", probe.retry(request), "accepted");
                            return checks.verdict();
                        }),
                must(RULE, "rejected", "What was refused is rejected")
                        .expecting(OasisWireProfile.RESULT + ": rejected, on the refusal of a mismatch.", Sources.OASIS)
                        .needing(Need.OTHER_BODY)
                        .after("S7-once", "S9-finished")
                        .checkedBy(probe -> {
                            Checks checks = new Checks();
                            result(checks, "the refusal", ErrorCases.mismatch(probe), "rejected");
                            return checks.verdict();
                        }),
                refused(
                        "no-date",
                        "An identifier without the time of its first use is refused",
                        400,
                        (probe, request) -> request.without(OasisWireProfile.FIRST_SENT)),
                refused(
                        "no-id",
                        "A time of first use without an identifier is refused",
                        400,
                        (probe, request) -> request.without(probe.target().keyHeader())),
                refused(
                        "bad-date",
                        "A time of first use that is no HTTP date is refused",
                        400,
                        (probe, request) -> request.without(OasisWireProfile.FIRST_SENT)
                                .with(OasisWireProfile.FIRST_SENT, "2026-11-22T00:00:00Z")),
                refused(
                        "too-old",
                        "A request that was first sent before the server's memory begins is refused",
                        412,
                        (probe, request) -> request.without(OasisWireProfile.FIRST_SENT)
                                .with(OasisWireProfile.FIRST_SENT, OasisWireProfile.date(LONG_AGO))),
                must(RULE, "unsupported", "Where identifiers are not supported, they are refused")
                        .expecting(
                                "Status 501 and " + OasisWireProfile.RESULT + ": rejected for an unsafe method that the"
                                        + " route does not protect.",
                                Sources.OASIS)
                        .needing(Need.UNSUPPORTED_METHOD)
                        .checkedBy(OasisCases::unsupported));
    }

    private static Case refused(
            String word, String title, int status, BiFunction<Probe, WireRequest, WireRequest> change) {
        return must(RULE, word, title)
                .expecting(
                        "Status " + status + " with " + OasisWireProfile.RESULT
                                + ": rejected, and nothing is executed: whoever sends one header believes that the"
                                + " request may be repeated.",
                        Sources.OASIS)
                .checkedBy(probe -> {
                    Tally tally = probe.tally();
                    WireResponse response = probe.send(change.apply(probe, probe.request(probe.newKey())));
                    Checks checks =
                            new Checks().status("the request", response, status).executed(tally, 0, response);
                    result(checks, "the refusal", response, "rejected");
                    return checks.verdict();
                });
    }

    private static Verdict unsupported(Probe probe) {
        WireRequest request = probe.request(probe.newKey());
        WireResponse response = probe.send(new WireRequest(
                String.valueOf(probe.target().unsupportedMethod()), request.uri(), request.fields(), request.body()));
        Checks checks = new Checks().status("the request", response, 501);
        result(checks, "the refusal", response, "rejected");
        return checks.verdict();
    }

    private static void result(Checks checks, String who, WireResponse response, String expected) {
        String came = response.first(OasisWireProfile.RESULT).orElse("");
        checks.that(
                came.equalsIgnoreCase(expected),
                OasisWireProfile.RESULT + " of " + who + " is " + (came.isEmpty() ? "missing" : came));
    }
}
