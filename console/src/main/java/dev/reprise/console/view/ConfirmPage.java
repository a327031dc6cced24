package dev.reprise.console.view;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is about to happen.
 *
 * @param heading what
 * @param happens what that means, sentence by sentence
 * @param action where the form goes
 * @param hidden what it carries along
 * @param reason why, as it was typed
 * @param error what is wrong with that; null if nothing is
 * @param refusal why it was not done; null if it was not tried
 * @param repeatable whether steps may be done again if one says so
 * @param countable whether they can be counted first
 * @param button what the button says
 * @param danger whether it cannot be taken back
 * @param back where to go instead
 * @param step the step from which steps are run again, to be typed; null if that is not asked
 * @param answer the answer that is recorded; null if none is
 */
public record ConfirmPage(
        String heading,
        List<String> happens,
        String action,
        List<HiddenField> hidden,
        String reason,
        @Nullable String error,
        @Nullable String refusal,
        boolean repeatable,
        boolean countable,
        String button,
        boolean danger,
        String back,
        @Nullable StepField step,
        @Nullable AnswerView answer) {
    /** Copies the lists. */
    public ConfirmPage {
        happens = List.copyOf(happens);
        hidden = List.copyOf(hidden);
    }

    /** Whether something is wrong with what was typed. */
    public boolean isWrong() {
        return error != null || (step != null && step.error() != null);
    }
}
