package dev.reprise.conformance.client;

import dev.reprise.conformance.Level;
import dev.reprise.conformance.Source;
import dev.reprise.conformance.Verdict;
import dev.reprise.conformance.Verdict.Fail;
import dev.reprise.conformance.Verdict.NotObservable;
import dev.reprise.conformance.Verdict.Pass;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** How long a client waits before it comes again (C3, C4). */
final class WaitCases {
    static final Source AWS = new Source(
            "AWS Builders' Library, Timeouts, retries and backoff with jitter",
            URI.create("https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/"));

    /** A shorter wait is none, and says nothing of how it was chosen. */
    private static final double SHORTEST_MILLIS = 25;
    /** Most equal waits differ by less than this part of them, and random ones by more. */
    private static final double SPREAD = 0.015;

    private static final double NOISE_MILLIS = 5;
    /** So many waits, at least, have a mean that says something. */
    private static final int ENOUGH = 4;
    /** Of so many random waits more than half come as close once in a thousand checks, or less. */
    private static final int ENOUGH_FOR_CHANCE = 8;
    /** Clocks of two processes may round differently. */
    private static final Duration SLACK = Duration.ofMillis(20);

    private WaitCases() {}

    static List<ClientCase> cases() {
        return List.of(
                waits(
                        "waits",
                        "A client waits before it comes again",
                        "A server that is down is not asked again at once.",
                        WaitCases::waits),
                waits(
                        "grows",
                        "The waits grow",
                        "Each wait is longer than the one before, on average, so that many clients do not keep a server"
                                + " down.",
                        WaitCases::grows),
                waits(
                        "jitter",
                        "The waits are random",
                        "The first waits differ from operation to operation: clients that failed together do not come"
                                + " again together.",
                        WaitCases::jitter),
                after("seconds", "Retry-After in seconds is obeyed", 1),
                after("date", "Retry-After as a date is obeyed", 2));
    }

    private static ClientCase waits(String word, String title, String expected, ClientCase.Judge judge) {
        return new ClientCase(
                "C3", word, Level.SHOULD, title, expected, List.of(AWS), Set.of(ClientScenario.BUSY), judge);
    }

    private static ClientCase after(String word, String title, int operation) {
        return new ClientCase(
                "C4",
                word,
                Level.SHOULD,
                title,
                "The request does not come again before the time that the server has named.",
                List.of(Source.http("10.2.3")),
                Set.of(ClientScenario.RETRY_AFTER),
                runs -> after(runs, operation));
    }

    private static Verdict after(List<Recording> runs, int operation) {
        List<Duration> waits = runs.stream()
                .map(run -> run.waitBefore(operation, 1))
                .flatMap(Optional::stream)
                .toList();
        return waits.stream()
                .filter(wait -> wait.plus(SLACK).compareTo(Duration.ofSeconds(2)) < 0)
                .findFirst()
                .<Verdict>map(wait -> new Fail("It came again after " + wait.toMillis() + " ms instead of 2 s"))
                .orElseGet(() -> waits.isEmpty() ? new NotObservable("It did not come again at all") : new Pass());
    }

    /** The waits before that attempt, counted from 1, of both operations of all runs. */
    private static List<Double> millis(List<Recording> runs, int attempt) {
        return runs.stream()
                .flatMap(run -> Stream.of(run.waitBefore(1, attempt), run.waitBefore(2, attempt)))
                .flatMap(Optional::stream)
                .map(wait -> wait.toNanos() / 1e6)
                .sorted()
                .toList();
    }

    private static Verdict waits(List<Recording> runs) {
        List<Double> all = IntStream.rangeClosed(1, 3)
                .mapToObj(attempt -> millis(runs, attempt))
                .flatMap(List::stream)
                .sorted()
                .toList();
        if (all.isEmpty()) {
            return new NotObservable("It did not come again");
        }
        return quantile(all, 0.5) < SHORTEST_MILLIS
                ? new Fail("Half of the waits are shorter than " + words(quantile(all, 0.5)))
                : new Pass();
    }

    private static Verdict grows(List<Recording> runs) {
        List<Double> first = millis(runs, 1);
        int last = millis(runs, 3).isEmpty() ? 2 : 3;
        List<Double> later = millis(runs, last);
        if (later.size() < ENOUGH) {
            return new NotObservable("It did not come again often enough");
        }
        double before = mean(first);
        double after = mean(later);
        if (after < SHORTEST_MILLIS) {
            return new NotObservable("The waits are too short");
        }
        String seen = "Before attempt 2 it waited " + words(before) + " on average, and before attempt " + (last + 1)
                + " " + words(after);
        if (after >= before * 1.3) {
            return new Pass();
        }
        // Random waits of which the second may be twice as long overlap.
        return last == 2 && after >= before ? new NotObservable(seen + ": too few to tell") : new Fail(seen);
    }

    /** Equal waits crowd in a narrow window, above which noise scatters some; random ones do not. */
    private static Verdict jitter(List<Recording> runs) {
        List<Double> waits = millis(runs, 1);
        if (waits.size() < ENOUGH_FOR_CHANCE || quantile(waits, 0.5) < SHORTEST_MILLIS) {
            return new NotObservable("The first waits are too few, or too short");
        }
        double width = Math.max(SPREAD * quantile(waits, 0.5), NOISE_MILLIS);
        for (double from : waits) {
            long crowd = waits.stream()
                    .filter(wait -> wait >= from && wait <= from + width)
                    .count();
            if (2 * crowd > waits.size()) {
                return new Fail(crowd + " of " + waits.size() + " first waits are between " + words(from) + " and "
                        + words(from + width));
            }
        }
        return new Pass();
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(value -> value).average().orElse(0);
    }

    private static double quantile(List<Double> sorted, double part) {
        return sorted.get((int) Math.round(part * (sorted.size() - 1)));
    }

    private static String words(double millis) {
        return String.format(Locale.ROOT, "%.0f ms", millis);
    }
}
