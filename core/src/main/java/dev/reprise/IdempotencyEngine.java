package dev.reprise;

import dev.reprise.spi.OperationStore;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides what happens to each request for an operation, so that the operation happens once: the leased guarantee.
 *
 * <ol>
 *   <li>{@link #begin} claims the operation in the store. Whoever gets the claim executes, under a lease that is
 *       renewed until the end.
 *   <li>Everybody else is told what is there: the finished response, a refusal while it runs (or, after waiting, the
 *       response), a refusal because the request is another one or the outcome is unknown.
 *   <li>{@link Execution#finish} makes the outcome durable under the claim's fencing token before it hands out the
 *       answer.
 *   <li>An operation whose owner vanished is recognised by its lease when somebody asks for it again; its policy says
 *       whether it runs again or is kept as outcome-unknown.
 * </ol>
 *
 * <p>Thread-safe. Calls block, so callers run on virtual threads where there are many.
 */
public final class IdempotencyEngine implements AutoCloseable {
    private static final Duration BEAT = Duration.ofMillis(200);

    private final OperationStore store;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final Claims claims;
    private final Periodic beats;
    private final Reaper reaper;

    private IdempotencyEngine(Builder builder) {
        this.store = builder.store.capabilities().bounded()
                ? builder.store
                : new TimeLimitedStore(builder.store, builder.storeTimeLimit, executor);
        Events events = new Events(builder.listener, builder.nanoTime);
        Settler settler = new Settler(executor);
        Heartbeat heartbeat = new Heartbeat(store, builder.nanoTime, executor);
        Conclusions conclusions = new Conclusions(store, events, settler, heartbeat);
        this.claims = new Claims(store, events, settler, heartbeat, conclusions, builder.node, builder.maxWaiting);
        this.beats = new Periodic("reprise-heartbeat", BEAT, heartbeat::beat);
        this.reaper = new Reaper(builder.reaperPause, builder.reaperBatch, store::purgeExpired);
    }

    /** An engine over the given store, which stays the caller's to close. */
    public static Builder over(OperationStore store) {
        return new Builder(store);
    }

    /**
     * Runs the operation if it is this caller's turn, and says what the caller is told.
     *
     * <p>A handler that throws counts as an uncertain outcome, and the exception goes on to the caller.
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
                    execution.finish(new Outcome.Uncertain(
                            new Response(500, Headers.EMPTY, Body.EMPTY), "The handler threw " + e));
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
     * Stops renewing leases, and gives writes that the store has not acknowledged a last chance of a second. Call it
     * when no handler runs any more: operations still running count as abandoned when their lease ends.
     */
    @Override
    public void close() {
        beats.close();
        reaper.close();
        executor.shutdown();
        try {
            if (!executor.awaitTermination(1, TimeUnit.SECONDS)) {
                executor.shutdownNow();
            }
        } catch (InterruptedException e) {
            executor.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    /** Settings of an engine. Not thread-safe. */
    public static final class Builder {
        private final OperationStore store;
        private @Nullable IdempotencyListener listener;
        private LongSupplier nanoTime = System::nanoTime;
        private String node = "pid" + ProcessHandle.current().pid() + "-" + UUID.randomUUID();
        private Duration storeTimeLimit = Duration.ofSeconds(2);
        private int maxWaiting = 10_000;
        private Duration reaperPause = Duration.ofMinutes(1);
        private int reaperBatch = 50;

        private Builder(OperationStore store) {
            this.store = store;
        }

        /** Who is told about events. Nobody by default. */
        public Builder listener(IdempotencyListener chosen) {
            this.listener = chosen;
            return this;
        }

        /**
         * The name of this engine in records, unique among the engines that share the store. By default made of the
         * process id and a random number.
         */
        public Builder node(String chosen) {
            this.node = new Owner(chosen, 0).node();
            return this;
        }

        /**
         * How long a call may take, to a store that does not bound it itself, before it counts as failed (S22). 2
         * seconds by default.
         */
        public Builder storeTimeLimit(Duration chosen) {
            this.storeTimeLimit = positive("storeTimeLimit", chosen);
            return this;
        }

        /** How many duplicates may wait at once; further ones are refused at once. 10,000 by default. */
        public Builder maxWaiting(int chosen) {
            if (chosen < 0) {
                throw new IllegalArgumentException("maxWaiting must not be negative: " + chosen);
            }
            this.maxWaiting = chosen;
            return this;
        }

        /**
         * How expired records are deleted: in batches of at most that many, each followed by a rest as long as it took, starting
         * again after the pause. 50 and a minute by default.
         */
        public Builder reaper(Duration pause, int batch) {
            if (batch < 1) {
                throw new IllegalArgumentException("The reaper's batch must be positive: " + batch);
            }
            this.reaperPause = positive("The reaper's pause", pause);
            this.reaperBatch = batch;
            return this;
        }

        /** The source of elapsed time, in nanoseconds. {@link System#nanoTime} by default. */
        public Builder nanoTime(LongSupplier chosen) {
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
        public IdempotencyEngine build() {
            return new IdempotencyEngine(this);
        }
    }
}
