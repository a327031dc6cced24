package dev.reprise.resumable;

import dev.reprise.Body;
import dev.reprise.internal.Failures;
import dev.reprise.spi.ResumableStore.Kind;
import dev.reprise.spi.ResumableStore.Recorded;
import dev.reprise.spi.ResumableStore.Step;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The steps that are recorded of an operation, and those that a run has asked for, by which code is held to its records (P4). Not thread-safe. */
final class StepHistory {
    private static final Pattern NAME =
            Pattern.compile("(?=.{1,200}$)[^\\p{Cntrl}\\p{Cs}\\s](?:[^\\p{Cntrl}\\p{Cs}]*[^\\p{Cntrl}\\p{Cs}\\s])?");

    private final Map<String, Step> recorded = new LinkedHashMap<>();
    private final Set<String> asked = new HashSet<>();
    private final int mostSteps;

    StepHistory(List<Recorded> history, int mostSteps) {
        history.forEach(one -> recorded.put(one.step().name(), one.step()));
        this.mostSteps = mostSteps;
    }

    /**
     * The step of that name as it was recorded, or null.
     *
     * @throws StopException if it must not be asked for
     */
    @Nullable
    Step ask(String name, Kind kind) {
        if (!NAME.matcher(name).matches()) {
            throw stopped(
                    "a step is named '" + name + "'",
                    "name it by 1 to 200 characters, none of them a control character, and no blanks at the ends");
        }
        if (!asked.add(name)) {
            throw stopped(
                    "step '" + name + "' is asked for twice in one run",
                    "give steps in loops and branches names of their own");
        }
        if (asked.size() > mostSteps) {
            throw stopped("it has more than " + mostSteps + " steps", "split it, or raise mostSteps");
        }
        Step found = recorded.get(name);
        if (found != null && found.kind() != kind) {
            throw stopped(
                    "step '" + name + "' was recorded as " + found.kind() + " and is now " + kind,
                    "bring the former code back, or give the new step another name");
        }
        return found;
    }

    /** What is wrong if the run ends here: a recorded step was never asked for. */
    Optional<Ending.Stuck> unasked() {
        return recorded.values().stream()
                .filter(step -> step.kind() != Kind.AWAIT && !asked.contains(step.name()))
                .findFirst()
                .map(step -> stuck(
                        "the recorded step '" + step.name() + "' was never asked for",
                        "bring the code back that took it, under a version of its own"));
    }

    /** What the recorded result of a finished step stands for. */
    static <R> R decode(Step step, Codec<R> codec) {
        Body result = Objects.requireNonNull(step.result(), "the result of a finished step");
        try {
            return codec.decode(result.bytes());
        } catch (RuntimeException e) {
            throw stopped(
                    "the recorded result of step '" + step.name() + "' cannot be decoded: " + Failures.unquoted(e),
                    "let the codec read what its former release wrote");
        }
    }

    static Ending.Stuck stuck(String what, String cure) {
        return new Ending.Stuck("The code does not fit the operation: " + what + "; " + cure);
    }

    private static StopException stopped(String what, String cure) {
        return new StopException(stuck(what, cure));
    }
}
