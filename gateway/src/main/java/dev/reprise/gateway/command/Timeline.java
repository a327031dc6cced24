package dev.reprise.gateway.command;

import dev.reprise.console.operations.OperationView;
import dev.reprise.console.operations.Progress;
import dev.reprise.console.operations.Progress.StepView;
import dev.reprise.console.text.Choice;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What became of an operation that is carried through in steps, in the order in which it happened. */
final class Timeline {
    static final List<String> TITLES = List.of("AT", "STEP", "KIND", "RUNS", "RESULT");

    private Timeline() {}

    /** What is said before the steps. */
    static List<String> head(OperationView operation, Progress progress) {
        List<String> lines = new ArrayList<>();
        lines.add(progress.type() + " version " + progress.version() + ": " + Choice.written(operation.state()));
        lines.add("key " + operation.key() + " at " + operation.route() + " of " + operation.principal());
        lines.add("started " + operation.createdAt() + ", attempt " + operation.attempt()
                + "; since a step was finished: " + progress.idleAttempts());
        if (progress.awaitsAnswer()) {
            lines.add("waits for an answer");
        }
        add(lines, "not before ", progress.notBefore());
        add(lines, "lease until ", operation.leaseEnd());
        add(lines, "ended ", operation.endedAt());
        add(lines, "unknown because ", operation.reason());
        add(lines, "last error: ", progress.lastError());
        return lines;
    }

    private static void add(List<String> lines, String before, @Nullable Object value) {
        if (value != null) {
            lines.add(before + value);
        }
    }

    /** The steps. */
    static List<List<String>> rows(List<StepView> steps) {
        return steps.stream()
                .map(step -> List.of(
                        step.at() == null ? "" : step.at().toString(),
                        step.name(),
                        step.kind() == null ? "" : Choice.written(step.kind()),
                        String.valueOf(step.runs()),
                        result(step)))
                .toList();
    }

    private static String result(StepView step) {
        if (step.bytes() == null) {
            return "not finished";
        }
        return step.bytes() == 1 ? "1 byte" : step.bytes() + " bytes";
    }
}
