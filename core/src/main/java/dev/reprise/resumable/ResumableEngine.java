package dev.reprise.resumable;

import dev.reprise.Answer;
import dev.reprise.Body;
import dev.reprise.IdempotencyException;
import dev.reprise.IdempotencyListener;
import dev.reprise.Operation;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationType;
import dev.reprise.internal.Background;
import dev.reprise.internal.Durations;
import dev.reprise.internal.Events;
import dev.reprise.internal.OwnerNames;
import dev.reprise.internal.Pauses;
import dev.reprise.internal.Reaper;
import dev.reprise.internal.Replies;
import dev.reprise.spi.EngineRuntime;
import dev.reprise.spi.ResumableStore;
import dev.reprise.spi.Transactions;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Carries operations of several steps through, each once, whatever crashes: the resumable guarantee.
 *
 * <ol>
 *   <li>{@link #run} claims the operation and runs its {@link ResumableOperation}, or says what is there. {@link #start} does
 *       not wait for the end.
 *   <li>Local steps commit with their results, and remote steps carry keys of their own. What is finished is never done again.
 *   <li>What is abandoned, or has waited long enough, is run again from its top: by a retry that meets it, or by the
 *       completer of any node (P7).
 *   <li>The end is recorded with the last step, and retries get it.
 * </ol>
 *
 * <p>Once a step is recorded, the operation goes on without its caller: a run that fails is answered as in progress, backs off, and
 * is parked as outcome-unknown when too many in a row have finished no step. A run that fails before leaves nothing behind,
 * and its exception goes on to the caller.
 *
 * <p>Thread-safe. Calls block, so callers run on virtual threads where there are many.
 *
 * @param <T> the handle of an open transaction, such as {@code java.sql.Connection}
 */
public final class ResumableEngine<T> implements AutoCloseable {
    private final ResumableParts<T> parts;
    private final Map<OperationType, Resumable<?, ?, T>> types;
    private final Background background;
    private final Renewals<T> renewals;
    private final Completer<T> completer;
    private final Reaper reaper;
    private final ResumableCalls<T> calls;
    private final Duration patience;

    private ResumableEngine(Builder<T> builder) {
        EngineRuntime runtime = builder.runtime;
        Events events = new Events(builder.listener, runtime::nanoTime);
        parts = new ResumableParts<>(
                builder.transactions,
                builder.store,
                runtime,
                events,
                new Replies(events),
                new OwnerNames(builder.node, runtime.random()),
                new BuiltInCodecs(builder.codecs),
                new Pauses(runtime, Duration.ofMillis(5), Duration.ofMillis(100)),
                builder.commitCheckTimeout);
        types = Collections.unmodifiableMap(new LinkedHashMap<>(builder.types));
        background = new Background(runtime);
        renewals = new Renewals<>(parts, background);
        Carrier<T> carrier = new Carrier<>(parts, renewals);
        completer = new Completer<>(
                parts,
                carrier,
                background,
                List.copyOf(types.values()),
                builder.completerPause,
                builder.mostAtWork,
                builder.startPaused);
        calls = new ResumableCalls<>(parts, carrier, completer, builder.maxWaiting);
        reaper = new Reaper(runtime, builder.reaperPause, builder.reaperBatch, builder.store.records()::purgeExpired);
        patience = builder.patience;
    }

    /** An engine that opens transactions of its own, and keeps operations in the same database. */
    public static <T> Builder<T> over(Transactions<T> transactions, ResumableStore<T> store) {
        return new Builder<>(transactions, store);
    }

    /**
     * Runs the operation if it is this caller's turn, and returns the caller's answer. Of the request's policy, the waiting and
     * the treatment of duplicates count; everything else is the type's.
     *
     * @throws IllegalArgumentException if the type is not registered with this engine, or the input is too large
     * @throws IdempotencyException if the run failed before anything was recorded: what it threw, or with that as its cause
     */
    public <I> Answer run(Operation operation, Resumable<I, ?, ?> type, I input) {
        return calls.run(operation, registered(type), encoded(type, input));
    }

    /** {@link #run(Operation, Resumable, Object)} from any code: a request with that id and input, which waits as long as given. */
    public <I> Answer run(OperationId id, Resumable<I, ?, ?> type, I input, Duration maxWait) {
        Body encoded = encoded(type, input);
        return calls.run(InputFingerprint.operation(id, type, encoded, maxWait), registered(type), encoded);
    }

    /**
     * Records the operation and runs it in the background, if it is new.
     *
     * @return empty if the operation is under way; otherwise the answer of a retry
     */
    public <I> Optional<Answer> start(Operation operation, Resumable<I, ?, ?> type, I input) {
        return calls.start(operation, registered(type), encoded(type, input));
    }

    /** {@link #start(Operation, Resumable, Object)} from any code. */
    public <I> Optional<Answer> start(OperationId id, Resumable<I, ?, ?> type, I input) {
        Body encoded = encoded(type, input);
        return calls.start(InputFingerprint.operation(id, type, encoded, Duration.ZERO), registered(type), encoded);
    }

    /**
     * What a request runs whose handler makes the input: by {@link ResumableExecution#run}, in the caller's thread.
     */
    public ResumableExecution begin(Operation operation) {
        return new ResumableExecution(this, operation, false);
    }

    /** The same for a caller who does not wait for the end, or no longer than the operation's policy says. */
    public ResumableExecution beginInBackground(Operation operation) {
        return new ResumableExecution(this, operation, true);
    }

    /** Waits for an operation that was started, as long as its policy says. */
    <I> Answer await(Operation operation, Resumable<I, ?, ?> type) {
        return calls.await(operation, registered(type));
    }

    private Resumable<?, ?, T> registered(Resumable<?, ?, ?> type) {
        Resumable<?, ?, T> known = types.get(type.type());
        if (known == null || !known.equals(type)) {
            throw new IllegalArgumentException(
                    "Register " + type.type() + " with the engine, or nobody goes on with it after a crash");
        }
        return known;
    }

    private static <I> Body encoded(Resumable<I, ?, ?> type, I input) {
        byte[] encoded = type.encode(input);
        int most = type.policy().mostBytes();
        if (encoded.length > most) {
            throw new IllegalArgumentException(
                    "The input of " + type.type() + " has " + encoded.length + " bytes, and may have " + most
                            + ": keep large things elsewhere and give where, or raise mostBytes");
        }
        return Body.of(encoded);
    }

    /** Where an operation stands, with its steps. */
    public Optional<ResumableStore.Progressing> find(OperationId id) {
        return parts.store().find(id);
    }

    /** The record of an operation, as {@link #find} finds it. */
    public Optional<OperationRecord> record(OperationId id) {
        return find(id).map(ResumableStore.Progressing::record);
    }

    /** Gives the answer that an operation waits or will wait for ({@link Steps#await}). The first one counts. */
    public <R> ResumableStore.Answered answer(OperationId id, String step, Class<R> type, R answer) {
        return parts.store().answer(id, step, Body.of(parts.codecs().of(type).encode(answer)));
    }

    /** The types that are registered, which this engine runs and goes on with. */
    public Set<OperationType> types() {
        return types.keySet();
    }

    /** What could be gone on with, on any node. It is counted, so do not ask too often where there may be a lot. */
    public List<ResumableStore.Backlog> backlog() {
        return parts.store().backlog();
    }

    /** What of the backlog is of a type or version that this engine does not know. */
    public List<ResumableStore.Backlog> stranded() {
        return backlog().stream().filter(one -> !types.containsKey(one.type())).toList();
    }

    /** How many operations run here. */
    public int running() {
        return renewals.running();
    }

    /** What keeps the engine from doing its work, in words for its operator. Empty if all is well. */
    public List<String> problems() {
        return Stream.of(completer.problem(), renewals.problem(), reaper.problem())
                .flatMap(Optional::stream)
                .toList();
    }

    /**
     * Takes nothing over until {@link #resume}, so that this node can be drained: callers are served, what runs goes on, and {@link
     * #running} says when nothing does any more. Other nodes are not affected; see {@link ResumableStore#pause} for all.
     */
    public void pause() {
        completer.pause(true);
    }

    /** Takes over again what nobody works on. */
    public void resume() {
        completer.pause(false);
    }

    /** Takes nothing over any more, gives what runs in the background some time, and then interrupts it. */
    @Override
    public void close() {
        completer.close();
        reaper.close();
        background.close(patience);
        renewals.close();
    }

    /**
     * Settings of an engine. Not thread-safe.
     *
     * @param <T> the handle of an open transaction
     */
    public static final class Builder<T> {
        private static final Duration SHORTEST = Duration.ofMillis(1);
        private static final Duration LONGEST = Duration.ofDays(1);

        private final Transactions<T> transactions;
        private final ResumableStore<T> store;
        private final Map<OperationType, Resumable<?, ?, T>> types = new LinkedHashMap<>();
        private @Nullable IdempotencyListener listener;
        private EngineRuntime runtime = EngineRuntime.system();
        private Codecs codecs = Codecs.builtIn();
        private String node = "node";
        private int maxWaiting = 10_000;
        private int mostAtWork = 16;
        private boolean startPaused;
        private Duration completerPause = Duration.ofMillis(500);
        private Duration reaperPause = Duration.ofMinutes(1);
        private int reaperBatch = 50;
        private Duration commitCheckTimeout = Duration.ofSeconds(30);
        private Duration patience = Duration.ofSeconds(5);

        private Builder(Transactions<T> transactions, ResumableStore<T> store) {
            this.transactions = transactions;
            this.store = store;
        }

        /**
         * A type of operations that this engine runs and goes on with.
         *
         * @throws IllegalArgumentException if the name and version are registered already
         */
        public Builder<T> register(Resumable<?, ?, T> type) {
            if (types.putIfAbsent(type.type(), type) != null) {
                throw new IllegalArgumentException(type.type() + " is registered already");
            }
            return this;
        }

        /** Codecs for types that are not built in. There are none by default. */
        public Builder<T> codecs(Codecs chosen) {
            this.codecs = chosen;
            return this;
        }

        /** The name of this engine, for people; need not be unique. {@code node} by default. */
        public Builder<T> node(String chosen) {
            this.node = OwnerNames.node(chosen);
            return this;
        }

        /** Gets the events. Default: nobody. */
        public Builder<T> listener(IdempotencyListener chosen) {
            this.listener = chosen;
            return this;
        }

        /** Where time, threads and randomness come from. {@link EngineRuntime#system} by default. */
        public Builder<T> runtime(EngineRuntime chosen) {
            this.runtime = chosen;
            return this;
        }

        /** How many callers may wait for running operations at once; further ones are refused at once. 10,000 by default. */
        public Builder<T> maxWaiting(int chosen) {
            this.maxWaiting = notNegative("maxWaiting", chosen);
            return this;
        }

        /**
         * How operations are found that nobody is at work on: by a look once in a pause of 1 ms to a day, on average, and how many
         * of them are worked on here at once. Half a second and 16 by default; 0 leaves them to other nodes.
         */
        public Builder<T> completer(Duration pause, int most) {
            this.completerPause = Durations.between("The completer's pause", SHORTEST, pause, LONGEST);
            this.mostAtWork = notNegative("The completer's operations at work", most);
            return this;
        }

        /** Takes nothing over until {@link ResumableEngine#resume}. By default it does from the start. */
        public Builder<T> startPaused() {
            this.startPaused = true;
            return this;
        }

        /** How expired records are deleted, as {@link dev.reprise.EngineBuilder#reaper} says. A minute and 50 by default. */
        public Builder<T> reaper(Duration pause, int batch) {
            if (batch < 1) {
                throw new IllegalArgumentException("The reaper's batch must be positive: " + batch);
            }
            this.reaperPause = Durations.between("The reaper's pause", SHORTEST, pause, LONGEST);
            this.reaperBatch = batch;
            return this;
        }

        /** How long to find out about a commit whose acknowledgement was lost (S29); 1 ms to a day. 30 seconds by default. */
        public Builder<T> commitCheckTimeout(Duration chosen) {
            this.commitCheckTimeout = Durations.between("commitCheckTimeout", SHORTEST, chosen, LONGEST);
            return this;
        }

        /** How long {@link ResumableEngine#close} lets runs in the background go on; up to a day. 5 seconds by default. */
        public Builder<T> patience(Duration chosen) {
            this.patience = Durations.between("patience", Duration.ZERO, chosen, LONGEST);
            return this;
        }

        private static int notNegative(String name, int value) {
            if (value < 0) {
                throw new IllegalArgumentException(name + " must not be negative: " + value);
            }
            return value;
        }

        /** Starts the engine. */
        public ResumableEngine<T> build() {
            return new ResumableEngine<>(this);
        }
    }
}
