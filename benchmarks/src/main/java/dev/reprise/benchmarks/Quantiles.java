package dev.reprise.benchmarks;

import java.util.List;

/** Figures of several rounds that one slow moment of the machine does not spoil. */
final class Quantiles {
    private Quantiles() {}

    static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    static double lowerQuartile(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 4);
    }
}
