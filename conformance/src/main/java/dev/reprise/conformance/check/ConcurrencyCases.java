package dev.reprise.conformance.check;

import static dev.reprise.conformance.check.Case.must;
import static dev.reprise.conformance.check.Case.ours;

import dev.reprise.conformance.Profile;
import dev.reprise.conformance.Source;
import dev.reprise.conformance.Verdict;
import dev.reprise.conformance.Verdict.NotObservable;
import dev.reprise.conformance.wire.WireAttempt;
import dev.reprise.conformance.wire.WireRequest;
import dev.reprise.conformance.wire.WireResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The same request while the first one is running (S8, S10, S16). */
final class ConcurrencyCases {
    static final String TOO_FAST = "The slow request was finished before the other one was answered; make it slower";

    /** Long enough to be in the handler, short against a handler that takes half a second. */
    private static final Duration UNDER_WAY = Duration.ofMillis(150);

    private ConcurrencyCases() {}

    static List<Case> cases(Profile profile) {
        Source source = profile == Profile.STRIPE ? Sources.STRIPE_ERRORS : Sources.draft("2.7");
        return List.of(
                must("S16", "once", "Of many identical requests at once one is executed")
                        .expecting(
                                "Exactly one executes. Looking for the key and then writing it is not enough: two"
                                        + " requests look before either writes.",
                                Sources.draft("2.6"))
                        .after("S7-once")
                        .checkedBy(probe -> {
                            Tally tally = probe.tally();
                            List<WireResponse> answers = burst(probe);
                            return new Checks()
                                    .executed(tally, 1, answers.toArray(WireResponse[]::new))
                                    .verdict();
                        }),
                must("S8", "running", "While the first request is running, a retry is answered so")
                        .expecting(
                                "Status 409, or the first response as soon as it is there; never a second execution.",
                                Sources.draft("2.6"),
                                source)
                        .needing(Need.SLOW)
                        .after("S7-once", "S16-once")
                        .checkedBy(ConcurrencyCases::running),
                ours("S8", "retry-after", "The answer says when to come again")
                        .expecting(
                                "The 409 carries Retry-After, so that clients neither hammer nor give up.",
                                Sources.ours("S8"),
                                Sources.http("10.2.3"))
                        .needing(Need.SLOW)
                        .after("S7-once", "S16-once", "S8-running")
                        .checkedBy(ConcurrencyCases::retryAfter),
                must("S10", "in-progress", "A refusal while the first request is running is not recorded")
                        .expecting(
                                "After the refusal the retry gets the response of the first request.",
                                Sources.draft("2.6"))
                        .needing(Need.SLOW, Need.REPLAYS)
                        .after("S7-once", "S16-once")
                        .checkedBy(ConcurrencyCases::notRecorded),
                must("S16", "answers", "The others are answered to come again, or get the result")
                        .expecting(
                                "Each of the others gets 409 or the response of the one that was executed.",
                                Sources.draft("2.6"))
                        .after("S7-once", "S16-once")
                        .checkedBy(ConcurrencyCases::answers));
    }

    /** Starts the slow request and gives it time to reach the handler. */
    static Pending startSlow(Probe probe, WireRequest request) {
        Pending pending = probe.start(request);
        probe.session().budget().pause(UNDER_WAY);
        return pending;
    }

    /** Sends the same request many times at once; returns the responses that came. */
    private static List<WireResponse> burst(Probe probe) {
        WireRequest request = probe.request(probe.newKey());
        List<WireAttempt> attempts =
                Burst.send(probe, request, probe.session().limits().burst());
        List<WireResponse> answers = new ArrayList<>();
        Map<String, Integer> came = new TreeMap<>();
        for (WireAttempt attempt : attempts) {
            switch (attempt) {
                case WireAttempt.Answered answered -> {
                    answers.add(answered.response());
                    came.merge(Integer.toString(answered.response().status()), 1, Integer::sum);
                }
                case WireAttempt.Failed failed -> came.merge(failed.detail(), 1, Integer::sum);
            }
        }
        probe.note(
                attempts.size() + " times at once: " + probe.session().words().of(request),
                came.entrySet().stream()
                        .map(entry -> entry.getValue() + " × " + entry.getKey())
                        .collect(Collectors.joining(", ")));
        return answers;
    }

    private static Verdict answers(Probe probe) {
        List<WireResponse> answers = burst(probe);
        List<WireResponse> results =
                answers.stream().filter(WireResponse::isSuccess).toList();
        boolean rejects = probe.target().rejectsDuplicates();
        long strange = answers.stream()
                .filter(answer -> !answer.isSuccess())
                .filter(answer -> !probe.dialect().isInProgress(answer))
                .filter(answer -> !rejects || answer.status() != ExpectedRefusal.ALREADY_HANDLED.status())
                .count();
        return new Checks()
                .that(
                        answers.size() == probe.session().limits().burst(),
                        (probe.session().limits().burst() - answers.size()) + " got no response at all")
                .that(!results.isEmpty(), "none got a result")
                .that(
                        probe.session().replaysDiffer()
                                || results.stream()
                                                .map(WireResponse::body)
                                                .distinct()
                                                .count()
                                        <= 1,
                        "they did not all get the same result")
                .that(strange == 0, strange + " got neither 409 nor the result")
                .verdict();
    }

    private static Verdict running(Probe probe) {
        Tally tally = probe.tally();
        WireRequest request = probe.request(probe.newKey(), probe.target().slow());
        Pending slow = startSlow(probe, request);
        WireResponse duplicate = probe.send(request);
        boolean finished = slow.isDone();
        WireResponse first = slow.await();
        boolean inProgress = probe.dialect().isInProgress(duplicate);
        boolean waited =
                duplicate.status() == first.status() && duplicate.body().equals(first.body());
        if (finished && waited && !probe.isReplay(duplicate) && duplicate.took().toMillis() < UNDER_WAY.toMillis()) {
            return new NotObservable(TOO_FAST);
        }
        return new Checks()
                .that(
                        inProgress || waited,
                        "the retry got " + duplicate.status() + " while the first request was running")
                .executed(tally, 1, first, duplicate)
                .verdict();
    }

    private static Verdict retryAfter(Probe probe) {
        WireRequest request = probe.request(probe.newKey(), probe.target().slow());
        Pending slow = startSlow(probe, request);
        WireResponse duplicate = probe.send(request);
        slow.await();
        if (!probe.dialect().isInProgress(duplicate)) {
            return new Verdict.NotApplicable("The retry waited for the first response instead of being refused");
        }
        String value = duplicate.first("Retry-After").orElse("");
        return new Checks()
                .that(isDelay(value), value.isEmpty() ? "the 409 has no Retry-After" : "Retry-After is " + value)
                .verdict();
    }

    private static boolean isDelay(String value) {
        if (value.matches("[0-9]{1,9}")) {
            return true;
        }
        try {
            return DateTimeFormatter.RFC_1123_DATE_TIME.parse(value, Instant::from) != null;
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    private static Verdict notRecorded(Probe probe) {
        Tally tally = probe.tally();
        WireRequest request = probe.request(probe.newKey(), probe.target().slow());
        Pending slow = startSlow(probe, request);
        WireResponse duplicate = probe.send(request);
        WireResponse first = slow.await();
        if (duplicate.isSuccess()) {
            return new Verdict.NotApplicable("The retry waited for the first response instead of being refused");
        }
        WireResponse retry = probe.retry(request);
        return new Checks()
                .result(probe, first, retry)
                .executed(tally, 1, first, retry)
                .verdict();
    }
}
