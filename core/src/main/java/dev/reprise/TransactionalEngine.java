package dev.reprise;

import dev.reprise.internal.Durations;
import dev.reprise.internal.Events;
import dev.reprise.internal.Pauses;
import dev.reprise.internal.Reaper;
import dev.reprise.internal.Replies;
import dev.reprise.spi.EngineRuntime;
import dev.reprise.spi.TransactionalStore;
import dev.reprise.spi.TransactionalStore.Failure;
import dev.reprise.spi.Transactions;
import java.io.Serial;
import java.time.Duration;
import java.util.List;

/**
 * Decides what happens to each request for an operation whose work is one transaction, so that the operation happens
 * once: the transactional guarantee.
 *
 * <ol>
 *   <li>{@link #begin} opens a transaction and claims the operation in it. The caller that gets the claim executes.
 *   <li>All others get an answer from the record, as with {@link IdempotencyEngine}.
 *   <li>The handler works in the transaction. Its answer is recorded there too, and one commit makes both durable. An
 *       answer of 500 or more, an exception or a crash leaves nothing behind, and the operation is free immediately.
 *   <li>If the acknowledgement of a commit is lost, the engine finds out what happened before it answers (S29).
 * </ol>
 *
 * <p>Duplicates in the same process wait for each other without a connection. Those in other processes try again after
 * short pauses, and hold no connection in between. The fingerprint of a running operation is known only in its own
 * process: elsewhere, another request under its key gets "in progress", and the mismatch once the operation has ended
 * (S9).
 *
 * <p>Thread-safe. Calls block: use virtual threads for many callers.
 *
 * @param <T> the handle of an open transaction, such as {@code java.sql.Connection}
 */
public final class TransactionalEngine<T> implements AutoCloseable {
    private final TransactionalParts<T> parts;
    private final TransactionalClaims<T> claims;
    private final int attempts;
    private final Reaper reaper;

    private TransactionalEngine(Builder<T> builder) {
        EngineRuntime runtime = builder.runtime;
        Events events = new Events(builder.listener, runtime::nanoTime);
        parts = new TransactionalParts<>(
                builder.transactions,
                builder.store,
                events,
                new Replies(events),
                new LocalTurns(runtime),
                new Pauses(runtime, Duration.ofMillis(5), Duration.ofMillis(100)),
                builder.commitCheckTimeout);
        claims = new TransactionalClaims<>(parts, builder.maxWaiting);
        attempts = builder.attempts;
        reaper = new Reaper(runtime, builder.reaperPause, builder.reaperBatch, builder.store::purgeExpired);
    }

    /** An engine that opens transactions of its own, and keeps records in the same database. */
    public static <T> Builder<T> over(Transactions<T> transactions, TransactionalStore<T> store) {
        return new Builder<>(transactions, store);
    }

    /**
     * What works in the transaction.
     *
     * @param <T> the handle of the transaction
     * @param <E> what it throws to roll back
     */
    @FunctionalInterface
    public interface Handler<T, E extends Exception> {
        /**
         * Does the work, and returns its outcome. Called again, in a new transaction, if the transaction has to be
         * repeated.
         */
        Outcome handle(TransactionalExecution<T> execution) throws E;
    }

    /**
     * The database refused the handler's work only at the commit, for example by a deferred constraint, or because a
     * statement had failed before and the handler went on. Everything was rolled back, the operation is free, and the
     * same work would be refused again. The root cause is the database's error.
     */
    public static final class CommitRefusedException extends IdempotencyException {
        @Serial
        private static final long serialVersionUID = 1;

        CommitRefusedException(OperationId id, Throwable refusal) {
            super(
                    "The database refused the work of " + id + ", which was rolled back: " + refusal.getMessage(),
                    refusal);
        }
    }

    /**
     * Runs the operation if this caller may, and returns the answer.
     *
     * <p>A transaction that failed because of others is repeated here, a few times (P8). A handler that throws
     * anything else rolls back, and the exception is passed on to the caller. So is a refusal at the commit.
     *
     * @throws CommitRefusedException if the database refuses the work itself
     */
    public <E extends Exception> Answer execute(Operation operation, Handler<T, E> handler) throws E {
        for (int attempt = 1; ; attempt++) {
            Decision decision = begin(operation);
            if (decision instanceof Answer answer) {
                return answer;
            }
            TransactionalExecution<T> execution = executionOf(decision);
            Outcome outcome;
            try {
                outcome = handler.handle(execution);
            } catch (Throwable e) {
                execution.finish(Outcome.Uncertain.because(e));
                if (mayTryAgain(attempt)
                        && parts.store().diagnose(e) == Failure.RETRY
                        && parts.pauses().pause(attempt)) {
                    continue;
                }
                throw e;
            }
            switch (execution.conclude(outcome)) {
                case Conclusion.Answered(Answer answer) -> {
                    return answer;
                }
                case Conclusion.NotCommitted notCommitted -> {
                    if (!notCommitted.retry()
                            || !mayTryAgain(attempt)
                            || !parts.pauses().pause(attempt)) {
                        return execution.refuse(notCommitted, outcome);
                    }
                }
            }
        }
    }

    private boolean mayTryAgain(int attempt) {
        return attempt < attempts;
    }

    /** {@link #begin} returns executions of this engine only. */
    @SuppressWarnings("unchecked")
    private TransactionalExecution<T> executionOf(Decision decision) {
        return (TransactionalExecution<T>) ((Decision.Execute) decision).execution();
    }

    /**
     * Opens a transaction and claims the operation, or returns the answer that the caller gets instead. The execution
     * is a {@link TransactionalExecution}. Waits for a running duplicate if the policy allows; an interrupt ends the
     * wait at once.
     */
    public Decision begin(Operation operation) {
        return claims.begin(operation);
    }

    /**
     * Claims the operation in a transaction that somebody else has opened and will commit, or returns the answer that
     * the caller gets instead. Never waits for a duplicate, because the transaction holds a connection.
     *
     * <p>If the handler must not run, the transaction may continue or be rolled back: this engine has left nothing in
     * it.
     */
    public Joined join(T transaction, Operation operation) {
        return claims.join(transaction, operation);
    }

    /** What keeps the engine from working, in words for its operator. Empty if all is well. */
    public List<String> problems() {
        return reaper.problem().stream().toList();
    }

    /** Stops deleting expired records. Running executions can still be finished. */
    @Override
    public void close() {
        reaper.close();
    }

    /**
     * Settings of an engine. Not thread-safe.
     *
     * @param <T> the handle of an open transaction
     */
    public static final class Builder<T> extends EngineBuilder<Builder<T>> {
        private final Transactions<T> transactions;
        private final TransactionalStore<T> store;
        private int attempts = 5;
        private Duration commitCheckTimeout = Duration.ofSeconds(30);

        private Builder(Transactions<T> transactions, TransactionalStore<T> store) {
            this.transactions = transactions;
            this.store = store;
        }

        @Override
        Builder<T> self() {
            return this;
        }

        /**
         * How often {@link TransactionalEngine#execute} runs a handler at most, if transactions have to be repeated.
         * Default: 5.
         */
        public Builder<T> attempts(int chosen) {
            if (chosen < 1) {
                throw new IllegalArgumentException("attempts must be positive: " + chosen);
            }
            this.attempts = chosen;
            return this;
        }

        /**
         * How long to look for the fate of a commit whose acknowledgement was lost (S29); 1 ms to a day. After that
         * the caller gets "in progress", which is true, and its retry finds out. Default: 30 seconds.
         */
        public Builder<T> commitCheckTimeout(Duration chosen) {
            this.commitCheckTimeout = Durations.between("commitCheckTimeout", SHORTEST, chosen, LONGEST);
            return this;
        }

        /** Starts the engine. */
        public TransactionalEngine<T> build() {
            return new TransactionalEngine<>(this);
        }
    }
}
