package dev.reprise.console.view;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One operation.
 *
 * @param operation which one
 * @param facts what is known of it
 * @param answer what its retries get; null if it has no answer
 * @param steps its steps, in the order of their time
 * @param hasSteps whether it is carried through in steps
 * @param actions what can be done
 */
public record OperationPage(
        OperationRow operation,
        List<Fact> facts,
        @Nullable AnswerView answer,
        List<StepRow> steps,
        boolean hasSteps,
        List<ActionLink> actions) {
    /** Copies the lists. */
    public OperationPage {
        facts = List.copyOf(facts);
        steps = List.copyOf(steps);
        actions = List.copyOf(actions);
    }
}
