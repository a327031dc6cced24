package dev.reprise;

import dev.reprise.RunningHere.Place;
import dev.reprise.spi.StoreException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What came of an operation that joined a transaction which somebody else commits. */
public sealed interface Joined {
    /**
     * The handler must not run.
     *
     * @param answer what the caller is told
     */
    record Told(Answer answer) implements Joined {}

    /**
     * The hold on the operation: run the handler, {@link #record} its outcome before the commit, and say afterwards what
     * became of the transaction with exactly one of the other methods, in every case.
     *
     * <p>For one thread at a time.
     *
     * @param <T> the handle of the transaction
     */
    final class Run<T> implements Joined {
        private final TransactionalConclusions<T> conclusions;
        private final RunningHere running;
        private final T transaction;
        private final Operation operation;
        private final Place place;
        private final long startedNanos;
        private final AtomicBoolean ended = new AtomicBoolean();
        private @Nullable Outcome outcome;

        Run(
                TransactionalConclusions<T> conclusions,
                RunningHere running,
                T transaction,
                Operation operation,
                Place place,
                long startedNanos) {
            this.conclusions = conclusions;
            this.running = running;
            this.transaction = transaction;
            this.operation = operation;
            this.place = place;
            this.startedNanos = startedNanos;
        }

        /** Which operation. */
        public OperationId id() {
            return operation.id();
        }

        /**
         * Writes the record into the transaction, if the outcome is one that commits.
         *
         * @return whether to commit; false means to roll back
         * @throws StoreException if the record cannot be written; the transaction has to be rolled back
         */
        public boolean record(Outcome handlers) {
            if (outcome != null) {
                throw new IllegalStateException("The outcome of " + id() + " is recorded already");
            }
            outcome = handlers;
            if (handlers instanceof Outcome.Answered answered && TransactionalConclusions.commits(handlers)) {
                conclusions.record(transaction, operation, answered);
                return true;
            }
            return false;
        }

        /** The transaction was committed: the handler's answer may go out. */
        public Answer committed() {
            return end(() -> conclusions.executed(operation, recorded(), startedNanos));
        }

        /** The transaction was rolled back: nothing was executed, and the key is free. */
        public Answer rolledBack() {
            return end(() -> outcome == null || TransactionalConclusions.commits(outcome)
                    ? conclusions.refuse(operation, rolledBackInstead(), startedNanos)
                    : conclusions.released(id(), outcome, startedNanos));
        }

        /** Nobody knows whether the transaction was committed: finds out, and waits as long as that takes (S29). */
        public Answer unknown() {
            StoreException lost = new StoreException("The commit of " + id() + " was not acknowledged", null);
            return end(() -> switch (conclusions.findOut(operation, recorded(), lost, startedNanos)) {
                case Conclusion.Told(Answer answer) -> answer;
                case Conclusion.NotCommitted notCommitted ->
                    conclusions.refuse(operation, notCommitted.failure(), startedNanos);
            });
        }

        private StoreException rolledBackInstead() {
            return new StoreException("The transaction of " + id() + " was rolled back", null);
        }

        private Outcome.Answered recorded() {
            if (outcome instanceof Outcome.Answered answered && TransactionalConclusions.commits(answered)) {
                return answered;
            }
            throw new IllegalStateException("No outcome of " + id() + " was recorded that commits");
        }

        private Answer end(Supplier<Answer> answer) {
            if (!ended.compareAndSet(false, true)) {
                throw new IllegalStateException("The end of " + id() + " is known already");
            }
            try {
                return answer.get();
            } finally {
                running.leave(id(), place);
            }
        }
    }
}
