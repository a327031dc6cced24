package dev.reprise.spi.support;

import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Running;
import dev.reprise.OperationState.Unknown;
import dev.reprise.spi.Interventions.Action;
import dev.reprise.spi.Interventions.Intervened;
import dev.reprise.spi.ResumableStore.Progressing;
import dev.reprise.spi.ResumableStore.Recorded;
import dev.reprise.spi.ResumableStore.Step;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What an intervention may do to an operation (P12), the same in every store. */
public final class InterventionRules {
    private InterventionRules() {}

    /**
     * Whether it may be done.
     *
     * @param there the operation as it is, locked; null if there is none
     * @param now the time of the store's clock
     */
    public static Intervened check(@Nullable Progressing there, Instant now, Action.OnOperation action) {
        if (there == null || !there.record().token().equals(action.seen())) {
            return new Intervened.Changed();
        }
        if (there.record().state() instanceof Completed) {
            return new Intervened.Finished();
        }
        return switch (action) {
            case Action.Resume ignored -> unlessWorkedOn(there, now);
            case Action.Resolve ignored -> unlessWorkedOn(there, now);
            case Action.Release release ->
                isWorkedOn(there, now) ? new Intervened.Running() : unlessRepeated(steps(there), release.repeat());
            case Action.Retry retry -> {
                List<Step> forgotten = forgotten(there, retry.from());
                yield forgotten.isEmpty()
                        ? new Intervened.NoSuchStep(steps(there))
                        : unlessRepeated(forgotten, retry.repeat());
            }
        };
    }

    private static Intervened unlessWorkedOn(Progressing there, Instant now) {
        return isWorkedOn(there, now) ? new Intervened.Running() : new Intervened.Done();
    }

    /** Who waits has a lease as well, and no owner at work. */
    private static boolean isWorkedOn(Progressing there, Instant now) {
        return there.record().state() instanceof Running
                && !there.record().abandonedAt(now)
                && !there.notBefore().isAfter(now);
    }

    private static Intervened unlessRepeated(List<Step> steps, boolean repeat) {
        List<Step> repeated =
                steps.stream().filter(InterventionRules::hasHappened).toList();
        return repeat || repeated.isEmpty() ? new Intervened.Done() : new Intervened.WouldRepeat(repeated);
    }

    /** Whether it makes a difference that a step is run again. Of a call that is made once, its beginning is enough. */
    private static boolean hasHappened(Step step) {
        return switch (step.kind()) {
            case LOCAL, REMOTE, AWAIT -> step.result() != null;
            case ONCE -> true;
            case SLEEP -> false;
        };
    }

    /** The step and all that were recorded after it; none if there is no such step. */
    public static List<Step> forgotten(Progressing there, String from) {
        return steps(there).stream()
                .dropWhile(step -> !step.name().equals(from))
                .toList();
    }

    private static List<Step> steps(Progressing there) {
        return there.steps().stream().map(Recorded::step).toList();
    }

    /** How an operation stands, for the audit. */
    public static String describe(Progressing there) {
        String state = switch (there.record().state()) {
            case Running running -> "running, lease until " + running.leaseEnd();
            case Unknown unknown -> "unknown (" + unknown.reason() + ")";
            case Completed ignored -> "completed";
        };
        return there.type() + ", " + state + ", attempt " + there.record().attempt() + ", token "
                + there.record().token().value() + ", steps: "
                + steps(there).stream().map(InterventionRules::describe).collect(Collectors.joining(", "));
    }

    private static String describe(Step step) {
        return step.name() + (step.result() == null ? " (not finished)" : "");
    }

    /** What is done, for the audit. */
    public static String describe(Action action) {
        return switch (action) {
            case Action.Pause(String type) -> "pause " + type;
            case Action.Unpause(String type) -> "unpause " + type;
            case Action.Resume ignored -> "resume";
            case Action.Retry retry -> "retry from " + retry.from();
            case Action.Release ignored -> "release";
            case Action.Resolve resolve -> "resolve with " + resolve.response().status();
        };
    }
}
