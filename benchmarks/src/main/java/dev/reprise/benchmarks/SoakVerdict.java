package dev.reprise.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Whether what should be flat is: the last third of the periods against the second sixth, medians. Before that it warms up. */
final class SoakVerdict {
    /** Threads that answer operators; each look at the gateway wants a new one until they are all there. */
    private static final int OPERATORS = 20;

    private final List<SoakPeriod> early;
    private final List<SoakPeriod> late;
    private final List<String> complaints = new ArrayList<>();

    SoakVerdict(List<SoakPeriod> periods) {
        int size = periods.size();
        early = periods.subList(size / 6, Math.max(size / 3, size / 6 + 1));
        late = periods.subList(size - Math.max(1, size / 3), size);
    }

    /** What is wrong; empty if all is well. Times count only if they were measured on a machine that does nothing else. */
    List<String> complaints(boolean times) {
        flat("p99 in ms", SoakPeriod::p99Millis, times ? 1.5 : Double.POSITIVE_INFINITY, 5);
        flat("resident memory in MB", SoakPeriod::residentMegabytes, 1.15, 16);
        flat("heap after a collection in MB", SoakPeriod::heapMegabytes, 1.1, 8);
        flat("direct memory in MB", SoakPeriod::directMegabytes, 1.1, 8);
        flat("descriptors", SoakPeriod::descriptors, 1, 40);
        flat("threads", SoakPeriod::threads, 1, OPERATORS + 8);
        flat("the folder in MB", SoakPeriod::folderMegabytes, 1.5, 128);
        return List.copyOf(complaints);
    }

    /** At most so many times as much, and some more. */
    private void flat(String what, ToDoubleFunction<SoakPeriod> value, double times, double more) {
        double before =
                Quantiles.median(early.stream().map(value::applyAsDouble).toList());
        double after = Quantiles.median(late.stream().map(value::applyAsDouble).toList());
        if (after > before * times + more) {
            complaints.add(String.format("%s: %.1f at first, %.1f at last", what, before, after));
        }
    }
}
