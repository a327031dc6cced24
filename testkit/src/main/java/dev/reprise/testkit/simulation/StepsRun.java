package dev.reprise.testkit.simulation;

import dev.reprise.FencingToken;
import dev.reprise.OperationId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One run of the code of an operation, from its top, and what its steps have brought in it. */
final class StepsRun {
    private final OperationId id;
    private final SimulatedProcess process;
    private final int number;
    private final int epoch;
    private final Duration begun;
    private final Map<String, String> results = new LinkedHashMap<>();
    private final Set<String> told = new LinkedHashSet<>();
    private @Nullable FencingToken token;

    StepsRun(OperationId id, SimulatedProcess process, int number, int epoch, Duration begun) {
        this.id = id;
        this.process = process;
        this.number = number;
        this.epoch = epoch;
        this.begun = begun;
    }

    OperationId id() {
        return id;
    }

    SimulatedProcess process() {
        return process;
    }

    int epoch() {
        return epoch;
    }

    /** Its process gets to know under which token it works. */
    void worksUnder(FencingToken known) {
        if (token == null) {
            token = known;
        }
    }

    /** Whether it works under that token, and its lease has to be renewed at that time. */
    boolean isRenewed(FencingToken current, Duration elapsed) {
        return current.equals(token)
                && process.isRunning()
                && !process.clockJumped()
                && elapsed.compareTo(begun.plus(RunRules.RUN_TIME)) < 0;
    }

    /** What a step that was finished in this run has brought; null if it was not. */
    @Nullable
    String result(String step) {
        return results.get(step);
    }

    /** The code has been told what came of a step. */
    void isTold(String step) {
        told.add(step);
    }

    /** What the code has been told so far. */
    Set<String> told() {
        return Set.copyOf(told);
    }

    void finishes(String step, String result) {
        results.put(step, result);
    }

    @Override
    public String toString() {
        return "run " + number + " of " + OperationNames.of(id);
    }
}
