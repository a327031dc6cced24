package dev.reprise;

import dev.reprise.internal.Background;
import dev.reprise.internal.Events;
import dev.reprise.internal.OwnerNames;
import dev.reprise.internal.Periodic;
import dev.reprise.internal.Reaper;
import dev.reprise.internal.Replies;
import dev.reprise.internal.Stages;
import dev.reprise.spi.EngineRuntime;
import dev.reprise.spi.OperationStore;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decides what happens to each request for an operation, so that the operation happens once: the leased guarantee.
 *
 * <ol>
 *   <li>{@link #begin} claims the operation in the store. The caller that gets the claim executes, under a lease that
 *       is renewed until the end, or until {@link OperationPolicy#maxRunTime} is over.
 *   <li>All others get an answer from the record: the finished response; a refusal while it runs (or, after waiting,
 *       the response); a refusal because the request differs or the outcome is unknown.
 *   <li>{@link Execution#finish} records the outcome durably, under the claim's fencing token, before it returns the
 *       answer.
 *   <li>If an owner vanishes, its lease runs out. The next request for the operation finds it abandoned, and its
 *       policy decides whether it runs again or is kept as outcome-unknown. A {@link Reconciler} may find out what
 *       happened to an unknown operation.
 * </ol>
 *
 * <p>Thread-safe. Calls block, so use virtual threads for many callers; or, on event loops, {@link #beginAsync} and
 * {@link Execution#finishAsync}.
 */
public final class IdempotencyEngine implements AutoCloseable {
    private static final Duration BEAT = Duration.ofMillis(200);
    private static final Duration LAST_CHANCE = Duration.ofSeconds(1);

    private final GuardedStore store;
    private final Background background;
    private final Settler outcomes;
    private final Settler withdrawn;
    private final Reconciliations reconciliations;
    private final @Nullable Reconciler reconciler;
    private final Claims claims;
    private final Periodic beats;
    private final Reaper reaper;

    private IdempotencyEngine(Builder builder) {
        EngineRuntime runtime = builder.runtime;
        store = new GuardedStore(builder.store);
        Events events = new Events(builder.listener, runtime::nanoTime);
        background = new Background(runtime);
        Heartbeat heartbeat = new Heartbeat(store, runtime, background);
        OwnerNames owners = new OwnerNames(builder.node, runtime.random());
        outcomes = new Settler(runtime, background);
        withdrawn = new Settler(runtime, background);
        reconciler = builder.reconciler;
        reconciliations = new Reconciliations(store, events, runtime, background, owners::next, reconciler);
        LeasedParts parts =
                new LeasedParts(store, events, new Replies(events), heartbeat, outcomes, reconciliations, background);
        Withdrawals withdrawals = new Withdrawals(store, runtime, withdrawn);
        claims = new Claims(parts, owners::next, withdrawals, builder.maxWaiting);
        beats = new Periodic(runtime, "reprise-heartbeat", BEAT, () -> {
            heartbeat.beat();
            startPostponed();
        });
        reaper = new Reaper(runtime, builder.reaperPause, builder.reaperBatch, store::purgeExpired);
    }

    /** An engine over the given store, which the caller closes. */
    public static Builder over(OperationStore store) {
        return new Builder(store);
    }

    /**
     * Runs the operation if this caller may, and returns the answer.
     *
     * <p>A handler that throws or returns null has an uncertain outcome; the exception is passed on to the caller.
     *
     * @param handler runs at most once per call
     */
    public Answer execute(Operation operation, Function<Execution, Outcome> handler) {
        return switch (begin(operation)) {
            case Decision.Execute(Execution execution) -> {
                Outcome outcome;
                try {
                    outcome = handler.apply(execution);
                } catch (Throwable e) {
                    execution.finish(Outcome.Uncertain.because(e));
                    throw e;
                }
                yield execution.finish(outcome);
            }
            case Answer answer -> answer;
        };
    }

    /**
     * The same without blocking, for handlers that do not block either: see {@link #beginAsync}.
     *
     * @param handler runs at most once per call; a stage that fails has an uncertain outcome, as a handler that throws
     * @return a stage that fails as the handler does, or as that of {@link #beginAsync}
     */
    public CompletionStage<Answer> executeAsync(
            Operation operation, Function<Execution, CompletionStage<Outcome>> handler) {
        return Stages.handedOut(beginAsync(operation).thenCompose(decision -> switch (decision) {
            case Decision.Execute(Execution execution) -> finished(execution, handler);
            case Answer answer -> CompletableFuture.completedFuture(answer);
        }));
    }

    private static CompletionStage<Answer> finished(
            Execution execution, Function<Execution, CompletionStage<Outcome>> handler) {
        CompletionStage<Outcome> handled;
        try {
            handled =
                    Objects.requireNonNull(handler.apply(execution), "A handler's stage; its operation is unknown now");
        } catch (Throwable e) {
            handled = CompletableFuture.failedFuture(e);
        }
        return handled.<CompletionStage<Answer>>handle((outcome, failure) -> failure == null
                        ? execution.finishAsync(outcome)
                        : execution
                                .finishAsync(Outcome.Uncertain.because(failure))
                                .thenCompose(told -> CompletableFuture.failedFuture(failure)))
                .thenCompose(answer -> answer);
    }

    /**
     * Claims the operation, or returns the answer that the caller gets instead. Waits for a running duplicate if the
     * policy allows; an interrupt ends the wait at once.
     */
    public Decision begin(Operation operation) {
        return claims.begin(operation);
    }

    /**
     * The same without blocking. Over a store that tells when it is done ({@link dev.reprise.spi.AsyncOperationStore}), nothing
     * waits for a first execution or a replay but the stage; otherwise a thread of the engine does.
     *
     * <p>The stage may be completed on a thread that others need: what follows must not block. It fails if the engine breaks, and
     * may if it is closing; then the caller does not own the operation. Who cancels the stage does not own it either: the
     * operation is free again.
     */
    public CompletionStage<Decision> beginAsync(Operation operation) {
        return claims.beginAsync(operation);
    }

    /** Who is asked about unknown operations whose policy names nobody, as chosen by {@link Builder#reconciler}; empty if nobody is. */
    public Optional<Reconciler> reconciler() {
        return Optional.ofNullable(reconciler);
    }

    /**
     * Has reconcilers asked about single operations for whoever wants to know now, such as an operator (S33).
     *
     * @param policies how the operation of an id is treated; empty if this process does not know
     */
    public Reconciler.OnDemand reconciling(Function<OperationId, Optional<OperationPolicy>> policies) {
        return reconciliations.onDemand(policies);
    }

    /**
     * What keeps the engine from working, in words for its operator: a failing heartbeat or reaper, or a problem that the
     * store reports ({@link OperationStore#problems}). Empty if all is well. Restarting the process helps more than
     * waiting; a store that is only out of reach is not reported here.
     */
    public List<String> problems() {
        return Stream.concat(
                        Stream.of(beats.problem(), reaper.problem()).flatMap(Optional::stream),
                        store.problems().stream())
                .toList();
    }

    /**
     * Stops renewing leases, and gives writes that the store has not acknowledged one more second. Call it when no
     * handler is running: operations that still run count as abandoned when their leases end.
     */
    @Override
    public void close() {
        beats.close();
        reaper.close();
        background.close(LAST_CHANCE);
        // What waits for a beat is given up, and the log says so.
        startPostponed();
    }

    private void startPostponed() {
        outcomes.startPostponed();
        withdrawn.startPostponed();
    }

    /** Settings of an engine. Not thread-safe. */
    public static final class Builder extends EngineBuilder<Builder> {
        private final OperationStore store;
        private String node = "pid" + ProcessHandle.current().pid();
        private @Nullable Reconciler reconciler;

        private Builder(OperationStore store) {
            this.store = store;
        }

        @Override
        Builder self() {
            return this;
        }

        /**
         * The name of this engine in records, for operators: up to {@value OwnerNames#MAX_NODE_LENGTH} characters,
         * such as the host's name. Each start adds a random part, so no engine mistakes another one's operations for
         * its own. Default: the process id.
         */
        public Builder node(String chosen) {
            this.node = OwnerNames.node(chosen);
            return this;
        }

        /** Finds out what happened to unknown operations whose policy names no reconciler (S33). Default: none. */
        public Builder reconciler(Reconciler chosen) {
            this.reconciler = chosen;
            return this;
        }

        /** Starts the engine. */
        public IdempotencyEngine build() {
            return new IdempotencyEngine(this);
        }
    }
}
