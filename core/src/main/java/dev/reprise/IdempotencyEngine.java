package dev.reprise;

import dev.reprise.internal.Background;
import dev.reprise.internal.Events;
import dev.reprise.internal.OwnerNames;
import dev.reprise.internal.Periodic;
import dev.reprise.internal.Reaper;
import dev.reprise.internal.Replies;
import dev.reprise.spi.EngineRuntime;
import dev.reprise.spi.OperationStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Decides what happens to each request for an operation, so that the operation happens once: the leased guarantee.
 *
 * <ol>
 *   <li>{@link #begin} claims the operation in the store. Whoever gets the claim executes, under a lease that is
 *       renewed until the end, or until {@link OperationPolicy#maxRunTime} is over.
 *   <li>Everybody else is told what is there: the finished response, a refusal while it runs (or, after waiting, the
 *       response), a refusal because the request is another one or the outcome is unknown.
 *   <li>{@link Execution#finish} makes the outcome durable under the claim's fencing token before it hands out the
 *       answer.
 *   <li>An operation whose owner vanished is recognised by its lease when somebody asks for it again; its policy says
 *       whether it runs again or is kept as outcome-unknown. A {@link Reconciler} may find out what happened to one that
 *       is unknown.
 * </ol>
 *
 * <p>Thread-safe. Calls block, so callers run on virtual threads where there are many.
 */
public final class IdempotencyEngine implements AutoCloseable {
    private static final Duration BEAT = Duration.ofMillis(200);
    private static final Duration LAST_CHANCE = Duration.ofSeconds(1);

    private final GuardedStore store;
    private final Background background;
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
        Settler outcomes = new Settler(runtime, background);
        Settler withdrawn = new Settler(runtime, background);
        LeasedParts parts = new LeasedParts(
                store,
                events,
                new Replies(events),
                new RunningHere(),
                heartbeat,
                outcomes,
                new Reconciliations(store, events, runtime, background, owners::next, builder.reconciler));
        Withdrawals withdrawals = new Withdrawals(store, runtime, withdrawn);
        claims = new Claims(parts, owners::next, withdrawals, builder.maxWaiting);
        beats = new Periodic(runtime, "reprise-heartbeat", BEAT, () -> {
            heartbeat.beat();
            outcomes.startPostponed();
            withdrawn.startPostponed();
        });
        reaper = new Reaper(runtime, builder.reaperPause, builder.reaperBatch, store::purgeExpired);
    }

    /** An engine over the given store, which stays the caller's to close. */
    public static Builder over(OperationStore store) {
        return new Builder(store);
    }

    /**
     * Runs the operation if it is this caller's turn, and says what the caller is told.
     *
     * <p>A handler that throws or returns null counts as an uncertain outcome, and the exception goes on to the caller.
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
     * Claims the operation, or says what the caller is told instead. Waits for a running duplicate if the policy says
     * so; an interrupt ends that wait at once.
     */
    public Decision begin(Operation operation) {
        return claims.begin(operation);
    }

    /**
     * What keeps the engine from doing its work, in words for its operator: a heartbeat or a reaper that fails, or what the
     * store says of itself ({@link OperationStore#problems}). Empty if all is well. Starting the process again helps more than
     * waiting; a store that is only out of reach is none of these.
     */
    public List<String> problems() {
        return Stream.concat(
                        Stream.of(beats.problem(), reaper.problem()).flatMap(Optional::stream),
                        store.problems().stream())
                .toList();
    }

    /**
     * Stops renewing leases, and gives writes that the store has not acknowledged a last chance of a second. Call it
     * when no handler runs any more: operations still running count as abandoned when their lease ends.
     */
    @Override
    public void close() {
        beats.close();
        reaper.close();
        background.close(LAST_CHANCE);
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
         * The name of this engine in records, for operators: up to {@value OwnerNames#MAX_NODE_LENGTH} characters, such as that of
         * the host. A random part is added for each start, so that no engine takes another one's operations for its own. The
         * process id by default.
         */
        public Builder node(String chosen) {
            this.node = OwnerNames.node(chosen);
            return this;
        }

        /** Finds out what happened to unknown operations whose policy names no reconciler of its own (S33). None by default. */
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
