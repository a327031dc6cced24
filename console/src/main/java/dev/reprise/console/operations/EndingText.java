package dev.reprise.console.operations;

import dev.reprise.spi.Interventions.Intervened;
import dev.reprise.spi.ResumableStore.Step;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Why an operation is as it was, in words that follow its name. */
public final class EndingText {
    private static final String CHANGED = "changed meanwhile; look at it again";
    private static final String RUNNING = "is running and its owner is alive; wait for its end";
    private static final String FINISHED = "is finished, and finished records are never changed";

    private EndingText() {}

    /** Why it was not ended; empty if it was. */
    public static Optional<String> refusal(Operations.Ending ending) {
        return switch (ending) {
            case ENDED -> Optional.empty();
            case CHANGED -> Optional.of(CHANGED);
            case RUNNING -> Optional.of(RUNNING);
            case FINISHED -> Optional.of(FINISHED);
        };
    }

    /** Why nothing was done to it; empty if it was done. */
    public static Optional<String> refusal(Intervened came) {
        return switch (came) {
            case Intervened.Done ignored -> Optional.empty();
            case Intervened.Changed ignored -> Optional.of(CHANGED);
            case Intervened.Running ignored -> Optional.of(RUNNING);
            case Intervened.Finished ignored -> Optional.of(FINISHED);
            case Intervened.NoSuchStep(List<Step> steps) ->
                Optional.of("has no such step; it has "
                        + (steps.isEmpty()
                                ? "none"
                                : steps.stream().map(Step::name).collect(Collectors.joining(", "))));
            case Intervened.WouldRepeat(List<Step> steps) ->
                Optional.of("would do this again: "
                        + steps.stream().map(EndingText::again).collect(Collectors.joining("; ")));
        };
    }

    private static String again(Step step) {
        return step.name()
                + switch (step.kind()) {
                    case LOCAL -> " (its work in the database stays, and is done again)";
                    case REMOTE -> " (called again, under the same child key)";
                    case ONCE -> " (called again, and its service has no keys)";
                    case AWAIT -> " (its answer has to be given again)";
                    case SLEEP -> " (sleeps again)";
                };
    }
}
