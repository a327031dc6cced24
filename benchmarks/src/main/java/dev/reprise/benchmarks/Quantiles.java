package dev.reprise.benchmarks;

import java.util.List;
import java.util.stream.IntStream;

/** Figures of several rounds that one slow moment of the machine does not spoil. */
final class Quantiles {
    private Quantiles() {}

    static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    /** Of what the same round measured. */
    static List<Double> ratios(List<Double> some, List<Double> others) {
        return IntStream.range(0, some.size())
                .mapToObj(round -> some.get(round) / others.get(round))
                .toList();
    }

    static double lowerQuartile(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 4);
    }
}
