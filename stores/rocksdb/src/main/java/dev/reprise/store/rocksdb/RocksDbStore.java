package dev.reprise.store.rocksdb;

import dev.reprise.FencingToken;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState.Running;
import dev.reprise.Response;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.AsyncOperationStore;
import dev.reprise.spi.Claim;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.OperationQuery;
import dev.reprise.spi.RecordLimits;
import dev.reprise.spi.StoreCapability;
import dev.reprise.spi.StoreException;
import dev.reprise.spi.support.Call;
import dev.reprise.spi.support.ChangeSignals;
import dev.reprise.spi.support.LoadedRecords;
import dev.reprise.spi.support.Stage;
import dev.reprise.spi.support.TimeLimit;
import dev.reprise.spi.support.Transition;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps records durably in a folder, for one process at a time.
 *
 * <p>How it works:
 *
 * <ol>
 *   <li>One thread makes all changes, in batches of whatever waits at that moment, each with one sync of the disk
 *       ({@link Stage}, {@link Batch}).
 *   <li>Running operations are also in memory, and finished ones in a bounded cache. Unknown and abandoned ones are on
 *       disk alone, so memory does not grow with them. A look-up of what is not in memory reads the disk on a thread of its
 *       own and never waits for a write.
 *   <li>Whoever opens the folder knows that all former owners are gone, so operations that were running then are
 *       abandoned at once, whatever their lease.
 * </ol>
 *
 * <p>Thread-safe, and safe to call from virtual threads: native calls happen on threads of its own. Leases and
 * retention follow the clock of this process, which does not jump ({@link Builder#clock}).
 */
public final class RocksDbStore implements AsyncOperationStore {

    private final StoreFolder folder;
    private final Records records;
    private final Stage<Change<?>> writer;
    private final Stage<Written> syncer;
    private final TimeLimit timeLimit;
    private final Stage<Lookup> readers;
    private final ChangeSignals<OperationId> signals = new ChangeSignals<>();
    private final LoadedRecords loaded = new LoadedRecords();
    private final FinishedRecords finished;

    private final Purge purge = new Purge(this);

    private volatile boolean closed;

    private RocksDbStore(Builder builder) {
        finished = new FinishedRecords(builder.cacheBytes);
        timeLimit = new TimeLimit(builder.timeLimit);
        folder = StoreFolder.open(builder.folder);
        try {
            records = new Records(
                    folder, builder.clock.get(), builder.queueCapacity, builder.timeLimit, signals::changed);
        } catch (Throwable e) {
            folder.close();
            throw e;
        }
        try {
            syncer = stage("syncer", builder, records::sync);
            writer = stage("writer", builder, changes -> records.write(changes, syncer::add));
            readers = stage("reader", builder, lookups -> Lookup.run(lookups, this::onDisk));
        } catch (Throwable e) {
            records.close();
            folder.close();
            throw e;
        }
    }

    private static <T extends Stage.Task> Stage<T> stage(String name, Builder builder, Consumer<List<T>> server) {
        int threads = name.equals("reader") ? Math.max(1, Runtime.getRuntime().availableProcessors() / 2) : 1;
        return new Stage<>("reprise-store-" + name, threads, 1, builder.queueCapacity, builder.timeLimit, server);
    }

    /** A store in the given folder, which is created if it does not exist. */
    public static Builder in(Path folder) {
        return new Builder(folder);
    }

    @Override
    public Set<StoreCapability> capabilities() {
        return Set.of(StoreCapability.NOTIFYING);
    }

    @Override
    public Acquisition acquire(Claim claim) {
        return start(claim, Stage::add).await();
    }

    @Override
    public CompletionStage<Acquisition> acquireAsync(Claim claim) {
        return start(claim, Stage::addAsync).toStage();
    }

    private Change<Acquisition> start(Claim claim, Stage.HandOver handOver) {
        byte[] key = Keys.of(claim.id());
        Change<Acquisition> change = watched(new Change<>(batch -> batch.change(
                claim.id(), key, (present, now) -> Transition.acquire(present, claim, now, records::nextToken))));
        OperationRecord known = inMemory(claim.id());
        if (known != null) {
            claim(change, claim, known, handOver, change::answer);
        } else if (records.isNew(key)) {
            handOver.to(writer, change);
        } else {
            handOver.to(
                    readers,
                    new Lookup.One(
                            change,
                            claim.id(),
                            record -> claim(
                                    change,
                                    claim,
                                    record,
                                    Stage::add,
                                    answer -> loaded.answer(change, answer, FinishedRecords.weight(record)))));
        }
        return change;
    }

    /** Answers a claim that would change nothing, and hands any other on to the writer. */
    private void claim(
            Change<Acquisition> change,
            Claim claim,
            @Nullable OperationRecord known,
            Stage.HandOver handOver,
            Consumer<Acquisition> answer) {
        if (known != null) {
            Transition<Acquisition> likely = Transition.acquire(known, claim, records.now(), () -> FencingToken.NONE);
            if (known.equals(likely.after())) {
                answer.accept(likely.result());
                return;
            }
        }
        handOver.to(writer, change);
    }

    /** The record as far as memory knows it, which is never behind the disk unless it knows nothing. */
    private @Nullable OperationRecord inMemory(OperationId id) {
        requireOpen();
        OperationRecord open = records.live().get(id);
        return open == null ? finished.find(id, records.now()) : open;
    }

    private void requireOpen() {
        if (closed) {
            throw StoreException.nothingDone("The store is closed", null);
        }
    }

    /** What is there and durable, kept for later if it is final. Not to be called from a virtual thread. */
    private @Nullable OperationRecord onDisk(OperationId id) {
        long erasures = finished.erasures();
        OperationRecord record = records.find(id, Keys.of(id));
        finished.add(record, erasures);
        return record;
    }

    @Override
    public LeaseStatus renew(Lease lease) {
        return change(lease.id(), (record, now) -> Transition.renew(record, lease, now));
    }

    @Override
    public LeaseStatus complete(Lease lease, Response response, Duration retention) {
        return submit(completion(lease, response, retention), Stage::add).await();
    }

    @Override
    public CompletionStage<LeaseStatus> completeAsync(Lease lease, Response response, Duration retention) {
        return submit(completion(lease, response, retention), Stage::addAsync).toStage();
    }

    private static Change.Work<LeaseStatus> completion(Lease lease, Response response, Duration retention) {
        RecordLimits.retention(retention);
        return changing(lease.id(), (record, now) -> Transition.complete(record, lease, response, retention, now));
    }

    @Override
    public LeaseStatus release(Lease lease) {
        return change(lease.id(), (record, now) -> Transition.release(record, lease));
    }

    @Override
    public LeaseStatus park(Lease lease, String reason) {
        return change(lease.id(), (record, now) -> Transition.park(record, lease, reason, now));
    }

    @Override
    public boolean parkAbandoned(OperationId id, FencingToken token, String reason) {
        return change(id, (record, now) -> Transition.parkAbandoned(record, token, reason, now));
    }

    @Override
    public boolean startReconciling(OperationId id, FencingToken token, Duration turn) {
        RecordLimits.turn(turn);
        return change(id, (record, now) -> Transition.startReconciling(record, token, turn, now));
    }

    @Override
    public boolean eraseAnswer(OperationId id, FencingToken token) {
        boolean erased = change(id, (record, now) -> Transition.eraseAnswer(record, token, now));
        finished.erased(id);
        return erased;
    }

    private <R> R change(OperationId id, Batch.Rule<R> rule) {
        return change(changing(id, rule));
    }

    private static <R> Change.Work<R> changing(OperationId id, Batch.Rule<R> rule) {
        byte[] key = Keys.of(id);
        return batch -> batch.change(id, key, rule);
    }

    /** Has the writer make a change, and waits until it is durable. */
    <R> R change(Change.Work<R> work) {
        return submit(work).await();
    }

    /** Hands a change to the writer, which answers it. */
    <R> Change<R> submit(Change.Work<R> work) {
        return submit(work, Stage::add);
    }

    private <R> Change<R> submit(Change.Work<R> work, Stage.HandOver handOver) {
        Change<R> change = watched(new Change<>(work));
        handOver.to(writer, change);
        return change;
    }

    @Override
    public Optional<OperationRecord> find(OperationId id) {
        OperationRecord known = inMemory(id);
        if (known != null) {
            return Optional.of(known);
        }
        Call<Optional<OperationRecord>> call = watched(new Call<>());
        readers.add(new Lookup.One(
                call,
                id,
                record -> loaded.answer(
                        call,
                        Optional.ofNullable(record).filter(found -> !found.expiredAt(records.now())),
                        FinishedRecords.weight(record))));
        return call.await();
    }

    private <C extends Call<?>> C watched(C call) {
        timeLimit.watch(call);
        return call;
    }

    private <R> R read(Supplier<R> read) {
        Call<R> call = watched(new Call<>());
        readers.add(new Lookup.Other(call, () -> call.answer(read.get())));
        return call.await();
    }

    /** What has expired by now. */
    Overdue overdue(Expiries.Entry from, int atLeast) {
        return read(() -> records.overdue(from, atLeast));
    }

    @Override
    public OperationQuery.Page<OperationRecord> list(OperationQuery query) {
        requireOpen();
        RecordListing listing = new RecordListing(query, records);
        return read(listing::find);
    }

    @Override
    public int purgeExpired(int limit) {
        return purge.of(limit);
    }

    @Override
    public void awaitChange(OperationId id, FencingToken token, Duration atMost) throws InterruptedException {
        requireOpen();
        signals.await(
                id,
                () -> {
                    OperationRecord record = records.live().get(id);
                    return !closed
                            && record != null
                            && record.state() instanceof Running
                            && record.token().equals(token);
                },
                atMost);
    }

    /** How much the writer has done since the store was opened. */
    public Statistics statistics() {
        return new Statistics(syncer.rounds(), writer.served(), writer.waiting());
    }

    @Override
    public List<String> problems() {
        return Stream.of(writer, syncer, readers)
                .flatMap(stage -> stage.problems().stream())
                .toList();
    }

    @Override
    public void close() {
        closed = true;
        readers.close();
        writer.close();
        syncer.close();
        // Nothing changes any more that anybody could wait for.
        records.live().keySet().forEach(signals::changed);
        Thread closer = Thread.ofPlatform().name("reprise-store-closer").start(() -> {
            try {
                records.close();
            } finally {
                folder.close();
            }
        });
        try {
            closer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * The work of the writer.
     *
     * @param syncs how often the disk was made to keep what was written
     * @param changes how many calls they served
     * @param waiting how many calls wait for the next batch
     */
    public record Statistics(long syncs, long changes, int waiting) {}

    /** Settings of a store. Not thread-safe. */
    public static final class Builder {
        private final Path folder;
        private Supplier<InstantSource> clock = () -> new SteadyClock(InstantSource.system(), System::nanoTime);
        private long cacheBytes = 64L << 20;
        private int queueCapacity = 4_096;
        private Duration timeLimit = Duration.ofSeconds(2);

        private Builder(Path folder) {
            this.folder = folder;
        }

        /**
         * The clock that leases and retention follow. By default the system's clock as it stands when the store is opened,
         * and from then on the time that passes: setting the system's clock later changes nothing until the next opening.
         */
        public Builder clock(InstantSource chosen) {
            this.clock = () -> chosen;
            return this;
        }

        /** The clock that stands for the system's. */
        Builder systemClock(InstantSource chosen) {
            this.clock = () -> new SteadyClock(chosen, System::nanoTime);
            return this;
        }

        /** About how much memory the cache of finished records may take. 64 MiB by default; zero turns it off. */
        public Builder cacheBytes(long chosen) {
            if (chosen < 0) {
                throw new IllegalArgumentException("cacheBytes must not be negative: " + chosen);
            }
            this.cacheBytes = chosen;
            return this;
        }

        /** How long a call may take before it fails (S22), at most an hour. 2 seconds by default. */
        public Builder timeLimit(Duration chosen) {
            if (chosen.isNegative() || chosen.isZero() || chosen.compareTo(Duration.ofHours(1)) > 0) {
                throw new IllegalArgumentException("timeLimit must be positive and at most an hour: " + chosen);
            }
            this.timeLimit = chosen;
            return this;
        }

        /** How many calls may wait for each thread before further callers wait for room. 4,096 by default. */
        public Builder queueCapacity(int chosen) {
            if (chosen < 1) {
                throw new IllegalArgumentException("queueCapacity must be positive: " + chosen);
            }
            this.queueCapacity = chosen;
            return this;
        }

        /**
         * Opens the store. Not to be called from a virtual thread.
         *
         * @throws StoreInUseException if another process has it open
         * @throws StoreException if the folder is foreign, of a newer release, damaged or not writable; the message
         *     says what to do
         */
        public RocksDbStore open() {
            return new RocksDbStore(this);
        }
    }
}
