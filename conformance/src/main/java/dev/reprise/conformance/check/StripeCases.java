package dev.reprise.conformance.check;

import static dev.reprise.conformance.check.Case.should;

import dev.reprise.conformance.Verdict;
import dev.reprise.conformance.Verdict.NotApplicable;
import dev.reprise.conformance.wire.WireRequest;
import dev.reprise.conformance.wire.WireResponse;
import java.util.List;

/** What Stripe's clients read besides (profile {@code stripe}). */
final class StripeCases {
    private static final String RULE = "stripe";
    private static final String SHOULD_RETRY = "Stripe-Should-Retry";
    private static final String REQUEST_ID = "Request-Id";
    private static final String ORIGINAL = "Original-Request";

    private StripeCases() {}

    static List<Case> cases() {
        return List.of(
                should(RULE, "echo", "Answers repeat the key")
                        .expecting("Every answer to a request with a key carries it.", Sources.STRIPE_ERRORS)
                        .after("S7-once")
                        .checkedBy(StripeCases::echo),
                should(RULE, "original", "Answers name the request that was executed")
                        .expecting(
                                "Each exchange has its own " + REQUEST_ID + ", and " + ORIGINAL + " is the one of the"
                                        + " first execution.",
                                Sources.STRIPE_ERRORS)
                        .needing(Need.REPLAYS)
                        .after("S7-once")
                        .checkedBy(StripeCases::original),
                retry("replay", "After a replay no retry is asked for", "false")
                        .needing(Need.REPLAYS)
                        .after("S7-once")
                        .checkedBy(probe -> {
                            WireRequest request = probe.request(probe.newKey());
                            probe.send(request);
                            return asked(probe.retry(request), "false");
                        }),
                retry("mismatch", "After a mismatch no retry is asked for", "false")
                        .needing(Need.OTHER_BODY)
                        .after("S7-once", "S9-finished")
                        .checkedBy(probe -> asked(ErrorCases.mismatch(probe), "false")),
                retry("malformed", "After a malformed key no retry is asked for", "false")
                        .checkedBy(probe -> {
                            WireResponse refusal = ErrorCases.invalidKey(probe);
                            return refusal.isSuccess()
                                    ? new Verdict.NotObservable("No malformed key is refused here")
                                    : asked(refusal, "false");
                        }),
                retry("in-use", "While the first request is running a retry is asked for", "true")
                        .needing(Need.SLOW)
                        .after("S7-once", "S16-once", "S8-running")
                        .checkedBy(probe -> {
                            WireResponse duplicate = ErrorCases.duplicateOfRunning(probe);
                            return probe.dialect().isInProgress(duplicate)
                                    ? asked(duplicate, "true")
                                    : new NotApplicable("The retry waited for the first response");
                        }));
    }

    private static CaseBuilder retry(String word, String title, String value) {
        return should(RULE, word, title)
                .expecting(
                        SHOULD_RETRY + ": " + value + ", which Stripe's clients obey before anything else.",
                        Sources.STRIPE_ERRORS);
    }

    private static Verdict asked(WireResponse response, String expected) {
        String came = response.first(SHOULD_RETRY).orElse("");
        return new Checks()
                .that(
                        came.equals(expected),
                        SHOULD_RETRY + " is " + (came.isEmpty() ? "missing" : came) + " instead of " + expected)
                .verdict();
    }

    private static Verdict echo(Probe probe) {
        TestKey key = probe.newKey();
        WireRequest request = probe.request(key);
        WireResponse first = probe.send(request);
        WireResponse retry = probe.retry(request);
        String header = probe.target().keyHeader();
        return new Checks()
                .that(first.all(header).equals(List.of(key.value())), "the first response does not have " + header)
                .that(retry.all(header).equals(List.of(key.value())), "the replay does not have " + header)
                .verdict();
    }

    private static Verdict original(Probe probe) {
        WireRequest request = probe.request(probe.newKey());
        WireResponse first = probe.send(request);
        WireResponse retry = probe.retry(request);
        String id = first.first(REQUEST_ID).orElse("");
        return new Checks()
                .that(!id.isEmpty(), "the first response has no " + REQUEST_ID)
                .that(retry.first(REQUEST_ID).isPresent(), "the replay has no " + REQUEST_ID)
                .that(first.all(ORIGINAL).equals(List.of(id)), ORIGINAL + " of the first response is not its own id")
                .that(
                        retry.all(ORIGINAL).equals(List.of(id)),
                        ORIGINAL + " of the replay is not the id of the first request")
                .verdict();
    }
}
