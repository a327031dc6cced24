package dev.reprise.console.bulk;

import dev.reprise.console.operations.ListedState;
import dev.reprise.console.operations.OperationFilter;
import dev.reprise.console.operations.OperationView;
import dev.reprise.console.operations.Operations;
import java.util.List;
import java.util.Set;

/** What can be done to many operations, before somebody has said all that it takes: what it is called, and to which it can be done. */
public enum BulkKind {
    /** Their keys become new. */
    RELEASE("Release", "Releasing", "released"),
    /** Somebody is asked what happened to them (S33). */
    RECONCILE("Reconcile now", "Reconciling", "asked about"),
    /** Their retries get an answer that an operator has typed. */
    RESOLVE("Resolve", "Resolving", "resolved"),
    /** They go on now behind their last step. */
    RESUME("Resume", "Resuming", "resumed"),
    /** They forget a step and all after it, and go on from there. */
    RETRY("Retry from a step", "Retrying", "retried");

    private final String label;
    private final String doing;
    private final String done;

    BulkKind(String label, String doing, String done) {
        this.label = label;
        this.doing = doing;
        this.done = done;
    }

    /** What it is called: "Release". */
    public String label() {
        return label;
    }

    /** That it is being done: "Releasing". */
    public String doing() {
        return doing;
    }

    /** That it was done to something: "released". */
    public String done() {
        return done;
    }

    /** In which states it can be done. */
    public Set<ListedState> states() {
        return switch (this) {
            case RELEASE, RESOLVE -> Set.of(ListedState.UNKNOWN, ListedState.ABANDONED);
            case RECONCILE -> Set.of(ListedState.UNKNOWN);
            case RESUME -> Set.of(ListedState.UNKNOWN, ListedState.WAITING);
            case RETRY -> Set.of(ListedState.UNKNOWN, ListedState.ABANDONED, ListedState.WAITING);
        };
    }

    /** Whether it is done only to what is carried through in steps. */
    public boolean isForSteps() {
        return switch (this) {
            case RELEASE, RECONCILE, RESOLVE -> false;
            case RESUME, RETRY -> true;
        };
    }

    /** Whether it cannot be taken back. */
    public boolean isFinal() {
        return switch (this) {
            case RELEASE, RESOLVE, RETRY -> true;
            case RECONCILE, RESUME -> false;
        };
    }

    /** Whether it can be done to the operation as it was seen. */
    public boolean suits(OperationView seen, Operations operations) {
        return states().contains(seen.state())
                && switch (this) {
                    case RELEASE, RESOLVE -> true;
                    case RECONCILE -> seen.progress() == null && operations.hasReconciler(seen.id());
                    case RESUME, RETRY -> seen.progress() != null;
                };
    }

    /** The filter; where it names no state, those in which this can be done. */
    public OperationFilter of(OperationFilter asked) {
        return asked.states().isEmpty() ? asked.in(states()) : asked;
    }

    /** What comes of it, beside that an operation is left as it was. */
    List<BulkResult> results() {
        return switch (this) {
            case RELEASE -> List.of(BulkResult.RELEASED);
            case RECONCILE -> List.of(BulkResult.EXECUTED, BulkResult.NOT_EXECUTED, BulkResult.STILL_UNKNOWN);
            case RESOLVE -> List.of(BulkResult.RESOLVED);
            case RESUME -> List.of(BulkResult.RESUMED);
            case RETRY -> List.of(BulkResult.RETRIED);
        };
    }

    /** What it means, sentence by sentence. */
    public List<String> meaning() {
        return switch (this) {
            case RELEASE ->
                List.of(
                        "The unknown and abandoned ones among them are released: the next request with each key executes.",
                        "None is released whose finished steps would be done again.",
                        "Find out first that they did not take effect, or they take effect twice.");
            case RECONCILE ->
                List.of(
                        "About each unknown one whose route says how, its reconciler is asked what happened: one after another, "
                                + "and each may take some seconds.",
                        "If it happened, its answer is recorded, and retries get that. If it did not, the key becomes new, and "
                                + "the next request with it executes.",
                        "What is still not known is not changed, and about what somebody else has the turn to ask nobody is "
                                + "asked.");
            case RESOLVE ->
                List.of(
                        "The unknown and abandoned ones among them get one and the same answer: their retries get it from now on, "
                                + "for 24 hours, and nothing is executed.",
                        "Find out first that all of them took effect, and that their service would have answered each like that.");
            case RESUME ->
                List.of(
                        "Those with steps that are unknown or wait go on now: the next node that looks takes each over behind its "
                                + "last step.");
            case RETRY ->
                List.of(
                        "Those with steps that are unknown or abandoned, or wait, forget the step and all that were recorded after "
                                + "it, and go on from there.",
                        "What has no such step is left as it is, and so is what would do finished steps again. That can be done to "
                                + "one operation at a time, by somebody who has looked at it.");
        };
    }
}
