package dev.reprise;

import dev.reprise.RunningHere.Place;
import dev.reprise.spi.StoreException;
import dev.reprise.spi.TransactionalStore;
import dev.reprise.spi.TransactionalStore.Claimed;
import dev.reprise.spi.TransactionalStore.Failure;
import dev.reprise.spi.Transactions;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides what happens to each request for an operation whose work is one transaction, so that the operation happens
 * once: the transactional guarantee.
 *
 * <ol>
 *   <li>{@link #begin} opens a transaction and claims the operation in it. Whoever gets the claim executes.
 *   <li>Everybody else is told what is there, as {@link IdempotencyEngine} tells them.
 *   <li>The handler works in the transaction. Its answer is recorded in it, and one commit makes both durable. An answer
 *       of 500 or more, an exception or a crash leaves nothing behind, and the operation is free at once.
 *   <li>A commit whose acknowledgement is lost is looked into before anything is answered (S29).
 * </ol>
 *
 * <p>Duplicates in the same process wait for one another without a connection; those in other processes try again after
 * short pauses, and hold no connection in between. The fingerprint of an operation that runs is known in its own process
 * only: elsewhere another request under its key is told to be in progress, and the mismatch as soon as it has ended (S9).
 *
 * <p>Thread-safe. Calls block, so callers run on virtual threads where there are many.
 *
 * @param <T> the handle of an open transaction, such as {@code java.sql.Connection}
 */
public final class TransactionalEngine<T> implements AutoCloseable {
    private final TransactionalStore<T> store;
    private final Events events;
    private final Replies replies;
    private final RunningHere running = new RunningHere();
    private final TransactionalConclusions<T> conclusions;
    private final TransactionalClaims<T> claims;
    private final Pauses pauses;
    private final int attempts;
    private final Reaper reaper;

    private TransactionalEngine(Builder<T> builder) {
        store = builder.store;
        events = new Events(builder.listener, builder.nanoTime);
        replies = new Replies(events);
        pauses = new Pauses(Duration.ofMillis(5), Duration.ofMillis(100));
        attempts = builder.attempts;
        conclusions = new TransactionalConclusions<>(
                builder.transactions, store, events, running, pauses, builder.longestDoubt);
        claims = new TransactionalClaims<>(
                builder.transactions, store, events, running, conclusions, pauses, builder.maxWaiting);
        reaper = new Reaper(builder.reaperPause, builder.reaperBatch, store::purgeExpired);
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
        /** Works, and says what came of it. Called again, in a new transaction, if the transaction has to be repeated. */
        Outcome handle(TransactionalExecution<T> execution) throws E;
    }

    /**
     * Runs the operation if it is this caller's turn, and says what the caller is told.
     *
     * <p>A transaction that failed because of others is made again here, a few times (P8). A handler that throws anything
     * else rolls back, and the exception goes on to the caller.
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
                boolean retry = store.diagnose(e) == Failure.RETRY;
                execution.finish(failed(e));
                if (retry && attempt < attempts && pauses.pause(attempt)) {
                    continue;
                }
                throw e;
            }
            switch (execution.conclude(outcome)) {
                case Conclusion.Told(Answer answer) -> {
                    return answer;
                }
                case Conclusion.NotCommitted notCommitted -> {
                    if (!notCommitted.retry() || attempt >= attempts || !pauses.pause(attempt)) {
                        return conclusions.refuse(operation, notCommitted.failure(), execution.startedNanos());
                    }
                }
            }
        }
    }

    /** {@link #begin} returns executions of this engine only. */
    @SuppressWarnings("unchecked")
    private TransactionalExecution<T> executionOf(Decision decision) {
        return (TransactionalExecution<T>) ((Decision.Execute) decision).execution();
    }

    private static Outcome failed(Throwable failure) {
        return new Outcome.Uncertain(new Response(500, Headers.EMPTY, Body.EMPTY), "The handler threw " + failure);
    }

    /**
     * Opens a transaction and claims the operation, or says what the caller is told instead. The execution is a
     * {@link TransactionalExecution}. Waits for a running duplicate if the policy says so; an interrupt ends that wait at
     * once.
     */
    public Decision begin(Operation operation) {
        return claims.begin(operation);
    }

    /**
     * Claims the operation in a transaction that somebody else has opened and will commit, or says what the caller is told
     * instead. Never waits for a duplicate, since the transaction holds a connection.
     *
     * <p>If the answer is that the handler must not run, the transaction may go on or be rolled back; it holds nothing that
     * matters.
     */
    public Joined join(T transaction, Operation operation) {
        long started = events.now();
        Place mine = new Place();
        Place other = running.enter(operation.id(), mine);
        if (other != null) {
            return new Joined.Told(
                    other.differsFrom(operation.fingerprints())
                            ? replies.mismatch(operation.id(), started)
                            : replies.inProgress(operation.id(), started));
        }
        Joined joined = null;
        try {
            joined = joined(transaction, operation, mine, started);
            return joined;
        } catch (StoreException e) {
            return new Joined.Told(replies.storeFailed(operation.id(), e, started));
        } finally {
            if (!(joined instanceof Joined.Run)) {
                running.leave(operation.id(), mine);
            }
        }
    }

    private Joined joined(T transaction, Operation operation, Place mine, long started) {
        return switch (store.claim(transaction, operation.id())) {
            case Claimed.Free ignored -> {
                mine.runs(operation.fingerprints().current());
                yield new Joined.Run<>(conclusions, running, transaction, operation, mine, started);
            }
            case Claimed.Existing existing -> {
                Answer answer = claims.answer(operation, existing, started);
                yield new Joined.Told(answer == null ? replies.inProgress(operation.id(), started) : answer);
            }
            case Claimed.Busy ignored -> new Joined.Told(replies.inProgress(operation.id(), started));
        };
    }

    /** Ends the deletion of expired records. Executions under way can still be finished. */
    @Override
    public void close() {
        reaper.close();
    }

    /**
     * Settings of an engine. Not thread-safe.
     *
     * @param <T> the handle of an open transaction
     */
    public static final class Builder<T> {
        private final Transactions<T> transactions;
        private final TransactionalStore<T> store;
        private @Nullable IdempotencyListener listener;
        private LongSupplier nanoTime = System::nanoTime;
        private int attempts = 5;
        private int maxWaiting = 10_000;
        private Duration longestDoubt = Duration.ofSeconds(30);
        private Duration reaperPause = Duration.ofMinutes(1);
        private int reaperBatch = 50;

        private Builder(Transactions<T> transactions, TransactionalStore<T> store) {
            this.transactions = transactions;
            this.store = store;
        }

        /** Who is told about events. Nobody by default. */
        public Builder<T> listener(IdempotencyListener chosen) {
            this.listener = chosen;
            return this;
        }

        /** How many times {@link TransactionalEngine#execute} runs a handler at most, if transactions have to be repeated. 5 by default. */
        public Builder<T> attempts(int chosen) {
            if (chosen < 1) {
                throw new IllegalArgumentException("attempts must be positive: " + chosen);
            }
            this.attempts = chosen;
            return this;
        }

        /** How many duplicates may wait at once; further ones are refused at once. 10,000 by default. */
        public Builder<T> maxWaiting(int chosen) {
            if (chosen < 0) {
                throw new IllegalArgumentException("maxWaiting must not be negative: " + chosen);
            }
            this.maxWaiting = chosen;
            return this;
        }

        /**
         * How long to find out about a commit whose acknowledgement was lost before the caller is told that the operation
         * is in progress, which is true and lets its retry find out (S29). 30 seconds by default.
         */
        public Builder<T> longestDoubt(Duration chosen) {
            this.longestDoubt = positive("longestDoubt", chosen);
            return this;
        }

        /**
         * How expired records are deleted: in batches of at most that many, each followed by a rest as long as it took, starting
         * again after the pause. 50 and a minute by default.
         */
        public Builder<T> reaper(Duration pause, int batch) {
            if (batch < 1) {
                throw new IllegalArgumentException("The reaper's batch must be positive: " + batch);
            }
            this.reaperPause = positive("The reaper's pause", pause);
            this.reaperBatch = batch;
            return this;
        }

        /** The source of elapsed time, in nanoseconds. {@link System#nanoTime} by default. */
        public Builder<T> nanoTime(LongSupplier chosen) {
            this.nanoTime = chosen;
            return this;
        }

        private static Duration positive(String name, Duration value) {
            if (value.isNegative() || value.isZero()) {
                throw new IllegalArgumentException(name + " must be positive: " + value);
            }
            return value;
        }

        /** Starts the engine. */
        public TransactionalEngine<T> build() {
            return new TransactionalEngine<>(this);
        }
    }
}
