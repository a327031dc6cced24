package dev.reprise.testkit.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The story of a run, which is written only for who wants to read it: most runs are of no interest. */
final class Trace {
    private final boolean written;
    private final List<String> lines = new ArrayList<>();
    private LongSupplier nanos = () -> 0;

    Trace(boolean written) {
        this.written = written;
    }

    void clock(LongSupplier elapsed) {
        nanos = elapsed;
    }

    void say(Supplier<String> line) {
        if (written) {
            lines.add(
                    "%9.3f s  %s".formatted(Duration.ofNanos(nanos.getAsLong()).toMillis() / 1000.0, line.get()));
        }
    }

    List<String> lines() {
        return List.copyOf(lines);
    }
}
