package dev.reprise.console.bulk;

import dev.reprise.OperationPolicy;
import dev.reprise.Response;
import dev.reprise.console.operations.Initiator;
import dev.reprise.console.operations.OperationView;
import dev.reprise.console.operations.Operations;
import dev.reprise.console.operations.Operations.Ending;
import dev.reprise.http.ReplayRules;
import dev.reprise.spi.Interventions.Action;
import dev.reprise.spi.Interventions.Intervened;
import dev.reprise.spi.Interventions.Intervention;
import dev.reprise.spi.ResumableStore;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/** What is done to each of many operations, with all that an operator has said about it. Immutable. */
public sealed interface BulkAction {
    /** What that is. */
    BulkKind kind();

    /** The same for the audit. */
    String inWords();

    /** To how many at most it is done before one looks whether to stop. */
    default int together() {
        return BulkRun.BATCH;
    }

    /**
     * Does it to each of them only as it was seen.
     *
     * @param came told what came of each, at once and in any order, so that it is known of those before a failure
     */
    void apply(Operations operations, List<OperationView> seen, Initiator who, Consumer<BulkResult> came);

    /** Makes keys new, but for those whose finished steps would be done again. */
    record Release() implements BulkAction {
        @Override
        public BulkKind kind() {
            return BulkKind.RELEASE;
        }

        @Override
        public String inWords() {
            return "release many";
        }

        @Override
        public void apply(Operations operations, List<OperationView> seen, Initiator who, Consumer<BulkResult> came) {
            ended(
                    operations,
                    seen,
                    who,
                    BulkResult.RELEASED,
                    came,
                    (plain, told) -> operations.release(plain, who, told),
                    one -> new Action.Release(one.id(), one.seen(), false));
        }
    }

    /** Has it found out what happened. */
    record Reconcile() implements BulkAction {
        @Override
        public BulkKind kind() {
            return BulkKind.RECONCILE;
        }

        @Override
        public String inWords() {
            return "reconcile many";
        }

        /** Each may take as long as a reconciler does. */
        @Override
        public int together() {
            return 1;
        }

        @Override
        public void apply(Operations operations, List<OperationView> seen, Initiator who, Consumer<BulkResult> came) {
            for (OperationView one : seen) {
                came.accept(
                        switch (operations.reconcile(one.id(), one.seen(), who).kind()) {
                            case EXECUTED -> BulkResult.EXECUTED;
                            case NOT_EXECUTED -> BulkResult.NOT_EXECUTED;
                            case STILL_UNKNOWN -> BulkResult.STILL_UNKNOWN;
                            case NOT_WRITTEN, OTHERS_TURN, BUSY, CHANGED, NOBODY_TO_ASK -> BulkResult.LEFT;
                        });
            }
        }
    }

    /**
     * Records an answer.
     *
     * @param response the answer, the same for all
     */
    record Resolve(Response response) implements BulkAction {
        @Override
        public BulkKind kind() {
            return BulkKind.RESOLVE;
        }

        @Override
        public String inWords() {
            return "resolve many with " + response.status();
        }

        @Override
        public void apply(Operations operations, List<OperationView> seen, Initiator who, Consumer<BulkResult> came) {
            Response recordable = ReplayRules.recordable(response);
            ended(
                    operations,
                    seen,
                    who,
                    BulkResult.RESOLVED,
                    came,
                    (plain, told) -> operations.resolve(plain, response, who, told),
                    one -> new Action.Resolve(one.id(), one.seen(), recordable, OperationPolicy.DEFAULT.retention()));
        }
    }

    /** Lets what is carried through in steps go on now. */
    record Resume() implements BulkAction {
        @Override
        public BulkKind kind() {
            return BulkKind.RESUME;
        }

        @Override
        public String inWords() {
            return "resume many";
        }

        @Override
        public void apply(Operations operations, List<OperationView> seen, Initiator who, Consumer<BulkResult> came) {
            intervened(operations, seen, who, BulkResult.RESUMED, came, one -> new Action.Resume(one.id(), one.seen()));
        }
    }

    /**
     * Lets what is carried through in steps forget a step and go on from there, unless finished steps would be done again.
     *
     * @param from the name of the step
     */
    record Retry(String from) implements BulkAction {
        @Override
        public BulkKind kind() {
            return BulkKind.RETRY;
        }

        @Override
        public String inWords() {
            return "retry many from " + from;
        }

        @Override
        public void apply(Operations operations, List<OperationView> seen, Initiator who, Consumer<BulkResult> came) {
            intervened(
                    operations,
                    seen,
                    who,
                    BulkResult.RETRIED,
                    came,
                    one -> new Action.Retry(one.id(), one.seen(), from, false));
        }
    }

    /** Those of one handler in one go, and those with steps one by one. */
    private static void ended(
            Operations operations,
            List<OperationView> seen,
            Initiator who,
            BulkResult done,
            Consumer<BulkResult> came,
            BiConsumer<List<OperationView>, Consumer<Ending>> inOneGo,
            Function<OperationView, Action> withSteps) {
        List<OperationView> plain = new ArrayList<>();
        List<OperationView> stepwise = new ArrayList<>();
        seen.forEach(one -> (one.progress() == null ? plain : stepwise).add(one));
        if (!plain.isEmpty()) {
            inOneGo.accept(plain, ending -> came.accept(ending == Ending.ENDED ? done : BulkResult.LEFT));
        }
        intervened(operations, stepwise, who, done, came, withSteps);
    }

    /** Each in one transaction with its entry in the audit (P12). */
    private static void intervened(
            Operations operations,
            List<OperationView> seen,
            Initiator who,
            BulkResult done,
            Consumer<BulkResult> came,
            Function<OperationView, Action> action) {
        ResumableStore<?> store = operations.resumable().orElse(null);
        for (OperationView one : seen) {
            boolean isDone = store != null
                    && store.interventions().intervene(new Intervention(action.apply(one), who.by(), who.reason()))
                            instanceof Intervened.Done;
            came.accept(isDone ? done : BulkResult.LEFT);
        }
    }
}
