package dev.reprise.testkit.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reprise.Body;
import dev.reprise.FencingToken;
import dev.reprise.spi.ResumableStore.Progressing;
import dev.reprise.spi.ResumableStore.Recorded;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What has happened to one operation in steps so far, as far as the judgement needs it. */
final class StepsHistory {
    private final Map<String, Integer> effects = new HashMap<>();
    private final Map<String, Set<String>> recorded = new HashMap<>();
    private final Map<String, Integer> executions = new HashMap<>();
    private final Map<SimulatedProcess, FencingToken> holders = new HashMap<>();
    private final List<StepsRun> runs = new ArrayList<>();
    private @Nullable Progressing row;
    private boolean expired;
    private int epoch;
    private int idle;
    private int started;

    /** As it was committed last. */
    @Nullable
    Progressing row() {
        return row;
    }

    /** The same at that time; null once it was seen to have expired, and then a clock may be set back as it likes. */
    @Nullable
    Progressing rowAt(Instant now) {
        expired |= row != null && row.record().expiredAt(now);
        return expired ? null : row;
    }

    /** How often the key has been used anew. */
    int epoch() {
        return epoch;
    }

    void isHeld(SimulatedProcess process, FencingToken token) {
        holders.put(process, token);
        runs.stream().filter(run -> run.process().equals(process)).forEach(run -> run.worksUnder(token));
    }

    /** Whether the process is the last owner, as far as it knows. */
    boolean isHeldBy(SimulatedProcess process) {
        return row != null && row.record().token().equals(holders.get(process));
    }

    void begins(Progressing inserted) {
        epoch++;
        effects.clear();
        idle = inserted.steps().isEmpty() ? 1 : 0;
    }

    void changesOwner() {
        idle++;
    }

    void progresses() {
        idle = 0;
    }

    /** How many owners in a row have finished no step. */
    int idle() {
        return idle;
    }

    /** Counts an effect of a local step, and returns how many there are in this epoch. */
    int count(String step) {
        return effects.merge(step, 1, Integer::sum);
    }

    /** Counts the times that a step was run, wherever, from 0. */
    int execution(String step) {
        return executions.merge(step, 1, Integer::sum) - 1;
    }

    int nextRun() {
        return ++started;
    }

    /** The runs that have not ended, those of dead processes among them. */
    List<StepsRun> runs() {
        return runs;
    }

    void becomes(Progressing after) {
        row = after;
        expired = false;
        for (Recorded one : after.steps()) {
            Body result = one.step().result();
            if (result != null) {
                recorded.computeIfAbsent(one.step().name(), ignored -> new HashSet<>())
                        .add(text(result));
            }
        }
    }

    /** Whether a step was ever recorded with this result. */
    boolean wasRecorded(String step, String result) {
        return recorded.getOrDefault(step, Set.of()).contains(result);
    }

    static String text(Body result) {
        return new String(result.bytes(), UTF_8);
    }
}
