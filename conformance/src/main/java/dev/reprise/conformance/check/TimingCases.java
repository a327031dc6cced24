package dev.reprise.conformance.check;

import static dev.reprise.conformance.check.Case.ours;

import dev.reprise.conformance.Verdict;
import dev.reprise.conformance.Verdict.NotObservable;
import dev.reprise.conformance.wire.WireRequest;
import dev.reprise.conformance.wire.WireResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Whether the time of an answer tells that somebody else uses a key (S12). */
final class TimingCases {
    private static final int PAIRS = 20;
    /** How often a time of one kind must be longer than one of the other; chance gives that once in 50,000 checks. */
    private static final double TELLING = 0.9;
    /** A difference that is shorter says nothing across a network. */
    private static final double NOTICEABLE_MILLIS = 2;
    /** Spread against median, beyond which a difference would not show. */
    private static final double NOISY = 2;

    private TimingCases() {}

    static List<Case> cases() {
        return List.of(ours("S12", "timing", "The time of an answer does not tell that another caller uses the key")
                .expecting(
                        "A key that another caller has used and one that nobody has used take equally long; " + PAIRS
                                + " of each are compared, in turns.",
                        Sources.ours("S12"))
                .needing(Need.SECOND_CREDENTIAL, Need.CALLERS_KEYS)
                .after("S7-once", "S12-caller")
                .checkedBy(TimingCases::timing));
    }

    private static Verdict timing(Probe probe) {
        List<Double> used = new ArrayList<>();
        List<Double> unused = new ArrayList<>();
        for (int i = 0; i < PAIRS; i++) {
            WireRequest known = probe.request(probe.newKey(), probe.target().refused());
            probe.send(known);
            used.add(millis(probe, known));
            unused.add(
                    millis(probe, probe.request(probe.newKey(), probe.target().refused())));
        }
        double longer = Math.max(superiority(used, unused), superiority(unused, used));
        double difference = Math.abs(median(used) - median(unused));
        probe.notes().clear();
        probe.note(
                PAIRS + " requests of the second caller with keys of the first one, and " + PAIRS + " with new keys",
                String.format(
                        Locale.ROOT,
                        "medians %.1f ms and %.1f ms, ordered in %.0f %% of the pairs",
                        median(used),
                        median(unused),
                        longer * 100));
        if (longer >= TELLING && difference >= NOTICEABLE_MILLIS) {
            return new Checks()
                    .that(
                            false,
                            String.format(
                                    Locale.ROOT,
                                    "answers differ by %.1f ms, and %.0f %% of all pairs agree on it",
                                    difference,
                                    longer * 100))
                    .verdict();
        }
        return noise(unused) > NOISY
                ? new NotObservable("The times vary too much to compare them")
                : new Verdict.Pass();
    }

    private static double millis(Probe probe, WireRequest request) {
        WireResponse response = probe.send(probe.by(request, probe.target().secondCredential()));
        return response.took().toNanos() / 1e6;
    }

    /** The part of all pairs in which the first is longer. */
    private static double superiority(List<Double> first, List<Double> second) {
        long count = first.stream()
                .mapToLong(a -> second.stream().filter(b -> a > b).count())
                .sum();
        return count / (double) (first.size() * second.size());
    }

    private static double median(List<Double> values) {
        return quantile(values, 0.5);
    }

    /** The width of the middle half against the median. */
    private static double noise(List<Double> values) {
        return (quantile(values, 0.75) - quantile(values, 0.25)) / Math.max(0.1, median(values));
    }

    private static double quantile(List<Double> values, double part) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get((int) (part * (sorted.size() - 1)));
    }
}
