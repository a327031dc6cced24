package dev.reprise.store.jdbc;

import dev.reprise.FencingToken;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.Response;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Acquisition.Existing;
import dev.reprise.spi.AsyncOperationStore;
import dev.reprise.spi.Claim;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.OperationQuery;
import dev.reprise.spi.RecordLimits;
import dev.reprise.spi.StoreCapability;
import dev.reprise.spi.StoreException;
import dev.reprise.spi.support.Call;
import dev.reprise.spi.support.LoadedRecords;
import dev.reprise.spi.support.Stage;
import dev.reprise.spi.support.TimeLimit;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Keeps records in a database under leases, for any number of processes at a time.
 *
 * <p>How it works:
 *
 * <ol>
 *   <li>Reads and writes of concurrent callers are gathered: one statement reads for many, one commit writes for many
 *       ({@link Reader}, {@link Writer}).
 *   <li>A claim looks for its operation first, unless that is most likely new ({@link Novelty}); where it was wrong, it looks then.
 *   <li>A write is a conditional statement with the fencing token in it, and what it returns, or what is there
 *       afterwards, says what came of it (S27).
 *   <li>Leases and retention follow the database's clock (S28); that of the application does not matter.
 *   <li>Who waits for an operation is woken by its end: at once in the same process, by a notification in other processes
 *       on PostgreSQL, and by looking again after short pauses elsewhere.
 * </ol>
 *
 * <p>Thread-safe, and safe to call from virtual threads: drivers are called on threads of its own. The connections come
 * from a pool, which stays the caller's to close; it needs two for each of {@link Builder#threads}, one for other work, and
 * one on PostgreSQL for notifications.
 */
public final class JdbcStore implements AsyncOperationStore {
    /** How many callers wait before a second thread serves them: fewer would mean more commits than they save time. */
    private static final int CROWD = 16;

    private final ShortConnections connections;
    private final Statements statements;
    private final TimeLimit timeLimit;
    private final Stage<PendingRead> readers;
    private final Stage<Change<?>> writers;
    /** For what may take longer than a look-up. */
    private final Stage<PendingRead> worker;

    private final Novelty novelty = new Novelty();
    private final LoadedRecords loaded = new LoadedRecords();
    private final Writer writer;
    private final Waiters waiters;
    private final @Nullable FinishedCache cache;
    private final Set<StoreCapability> capabilities;
    private volatile boolean closed;

    private JdbcStore(Builder builder, JdbcDatabase database) {
        SqlDialect dialect = database.dialect();
        // A little longer than callers wait, so that it is they who hear of it first.
        ConnectionWatchdog watchdog = new ConnectionWatchdog(builder.timeLimit.plusSeconds(1));
        connections = new ShortConnections(database.source(), dialect.networked(), watchdog);
        statements = database.statements();
        cache = builder.cacheBytes == 0 ? null : new FinishedCache(builder.cacheBytes, System::nanoTime);
        timeLimit = new TimeLimit(builder.timeLimit);
        int threads = dialect.parallelWrites() ? builder.threads : 1;
        Reader reader = new Reader(connections, statements);
        readers = new Stage<>(
                "reprise-jdbc-reader", threads, CROWD, builder.queueCapacity, builder.timeLimit, reader::read);
        worker = new Stage<>("reprise-jdbc-worker", 1, 1, builder.queueCapacity, builder.timeLimit, reader::read);
        waiters = Waiters.on(database, this::watch);
        writer = new Writer(connections, statements, claiming -> lookUp(claiming, Stage::addAsync), waiters::changed);
        writers = new Stage<>(
                "reprise-jdbc-writer", threads, CROWD, builder.queueCapacity, builder.timeLimit, writer::write);
        capabilities = waiters.notified() ? Set.of(StoreCapability.NOTIFYING) : Set.of();
    }

    /** A store on the database behind a pool of connections. */
    public static Builder over(DataSource source) {
        return new Builder(table -> JdbcDatabase.open(source, table));
    }

    /** A store on a database that was looked at, in the table that was. */
    public static Builder on(JdbcDatabase database) {
        return new Builder(chosen -> {
                    if (!chosen.equals(database.table())) {
                        throw new IllegalArgumentException(
                                "The database was looked at for " + database.table() + ", not for " + chosen);
                    }
                    return database;
                })
                .table(database.table());
    }

    @Override
    public Set<StoreCapability> capabilities() {
        return capabilities;
    }

    @Override
    public Acquisition acquire(Claim claim) {
        Existing cached = cached(claim);
        return cached == null ? start(claim, Stage::add).await() : cached;
    }

    @Override
    public CompletionStage<Acquisition> acquireAsync(Claim claim) {
        Existing cached = cached(claim);
        return cached == null ? start(claim, Stage::addAsync).toStage() : CompletableFuture.completedFuture(cached);
    }

    private @Nullable Existing cached(Claim claim) {
        requireOpen();
        return cache == null ? null : cache.find(claim.id());
    }

    private PendingClaim start(Claim claim, Stage.HandOver handOver) {
        PendingClaim claiming = watched(new PendingClaim(RowKey.of(claim.id()), claim));
        if (statements.claimsUnseen() && novelty.isExpected()) {
            handOver.to(writers, claiming);
        } else {
            lookUp(claiming, handOver);
        }
        return claiming;
    }

    /** Reads what is there, and hands the claim on to the writers if that leaves something to write. */
    private void lookUp(PendingClaim claiming, Stage.HandOver handOver) {
        if (!claiming.isAnswered()) {
            long erasures = erasures();
            handOver.to(readers, new PendingRead.Lookup(claiming, claiming.key(), present -> {
                novelty.saw(present != null);
                Existing same = remembered(claiming.claim().id(), present, erasures);
                if (!claiming.answeredBy(same, answer -> loaded.answer(claiming, answer, FinishedCache.weight(same)))) {
                    writers.add(claiming);
                }
            }));
        }
    }

    private long erasures() {
        return cache == null ? 0 : cache.erasures();
    }

    /** What was read, after a look at whether it is of the operation that was asked for, and into the cache. */
    private @Nullable Existing remembered(OperationId id, @Nullable Existing present, long erasuresBefore) {
        if (present != null && !present.record().id().equals(id)) {
            throw new StoreException(
                    id + " and " + present.record().id() + " have the same hash; use another key", null);
        }
        if (cache != null && present != null) {
            cache.add(present, erasuresBefore);
        }
        return present;
    }

    @Override
    public LeaseStatus renew(Lease lease) {
        return write(new LeaseWrite.Renew(lease));
    }

    @Override
    public LeaseStatus complete(Lease lease, Response response, Duration retention) {
        return write(completion(lease, response, retention));
    }

    @Override
    public CompletionStage<LeaseStatus> completeAsync(Lease lease, Response response, Duration retention) {
        return start(completion(lease, response, retention), Stage::addAsync).toStage();
    }

    private static LeaseWrite.Write completion(Lease lease, Response response, Duration retention) {
        RecordLimits.retention(retention);
        return new LeaseWrite.Complete(lease, response, retention);
    }

    @Override
    public LeaseStatus release(Lease lease) {
        return write(new LeaseWrite.Release(lease));
    }

    @Override
    public LeaseStatus park(Lease lease, String reason) {
        return write(new LeaseWrite.Park(lease, reason));
    }

    @Override
    public boolean parkAbandoned(OperationId id, FencingToken token, String reason) {
        return change(connection -> statements.parkAbandoned(connection, RowKey.of(id), token, reason));
    }

    @Override
    public boolean startReconciling(OperationId id, FencingToken token, Duration turn) {
        long micros = RecordRows.micros(RecordLimits.turn(turn));
        return change(connection -> statements.startReconciling(connection, RowKey.of(id), token, micros));
    }

    @Override
    public boolean eraseAnswer(OperationId id, FencingToken token) {
        boolean erased = change(connection -> statements.eraseAnswer(connection, RowKey.of(id), token));
        if (cache != null) {
            cache.erased(id);
        }
        return erased;
    }

    /** Changes records one by one, which is for what is rare. */
    private <R> R change(ShortConnections.Work<R> work) {
        requireOpen();
        Call<R> call = watched(new Call<>());
        worker.add(new PendingRead.Single(call, () -> call.answer(connections.write(work))));
        return call.await();
    }

    private LeaseStatus write(LeaseWrite.Write write) {
        return start(write, Stage::add).await();
    }

    private LeaseWrite start(LeaseWrite.Write write, Stage.HandOver handOver) {
        requireOpen();
        LeaseWrite ending = watched(new LeaseWrite(RowKey.of(write.lease().id()), write));
        handOver.to(writers, ending);
        return ending;
    }

    @Override
    public Optional<OperationRecord> find(OperationId id) {
        requireOpen();
        Call<Optional<OperationRecord>> call = watched(new Call<>());
        long erasures = erasures();
        readers.add(new PendingRead.Lookup(
                call,
                RowKey.of(id),
                present -> loaded.answer(
                        call,
                        Optional.ofNullable(remembered(id, present, erasures))
                                .filter(found -> !found.record().expiredAt(found.now()))
                                .map(Existing::record),
                        FinishedCache.weight(present))));
        return call.await();
    }

    @Override
    public OperationQuery.Page<OperationRecord> list(OperationQuery query) {
        Places.Values within = Statements.within(query);
        List<OperationRecord> found = readAlone(connection -> statements.list(connection, query, within)).stream()
                .map(one -> one.record().asListed())
                .toList();
        return query.page(found, OperationRecord::id);
    }

    @Override
    public int purgeExpired(int limit) {
        return change(connection -> statements.purge(connection, limit));
    }

    private <R> R readAlone(ShortConnections.Work<R> work) {
        requireOpen();
        Call<R> call = watched(new Call<>());
        worker.add(new PendingRead.Single(call, () -> call.answer(connections.read(work))));
        return call.await();
    }

    private Statements.Watched watch(RowKey key) {
        requireOpen();
        Call<Statements.Watched> call = watched(new Call<>());
        readers.add(new PendingRead.Watch(call, key, found -> call.answer(found == null ? Waiters.GONE : found)));
        return call.await();
    }

    private <C extends Call<?>> C watched(C call) {
        timeLimit.watch(call);
        return call;
    }

    @Override
    public void awaitChange(OperationId id, FencingToken token, Duration atMost) throws InterruptedException {
        requireOpen();
        waiters.await(RowKey.of(id), token, atMost);
    }

    private void requireOpen() {
        if (closed) {
            throw StoreException.nothingDone("The store is closed", null);
        }
    }

    /** How much the writers have done since the store was opened. */
    public Statistics statistics() {
        return new Statistics(writer.commits(), writers.served(), writers.waiting());
    }

    @Override
    public List<String> problems() {
        return Stream.of(readers, writers, worker)
                .flatMap(stage -> stage.problems().stream())
                .toList();
    }

    /** Ends the store's threads after they have served who waits. The pool stays open. */
    @Override
    public void close() {
        closed = true;
        worker.close();
        readers.close();
        writers.close();
        waiters.close();
    }

    /**
     * The work of the writers.
     *
     * @param commits how many transactions were committed
     * @param changes how many calls they served
     * @param waiting how many calls wait for the next transaction
     */
    public record Statistics(long commits, long changes, int waiting) {}

    /** Settings of a store. Not thread-safe. */
    public static final class Builder {
        private static final Duration LONGEST_TIME_LIMIT = Duration.ofHours(1);

        private final Function<TableName, JdbcDatabase> database;
        private TableName table = TableName.DEFAULT;
        private Duration timeLimit = Duration.ofSeconds(2);
        private int threads = 2;
        private int queueCapacity = 4_096;
        private long cacheBytes;

        private Builder(Function<TableName, JdbcDatabase> database) {
            this.database = database;
        }

        /** Which table holds the records: {@link TableName#DEFAULT} by default, or the one that the database was looked at for. */
        public Builder table(TableName chosen) {
            this.table = chosen;
            return this;
        }

        /** How long a call may take before it fails (S22), an hour at most. 2 seconds by default. */
        public Builder timeLimit(Duration chosen) {
            if (chosen.isNegative() || chosen.isZero() || chosen.compareTo(LONGEST_TIME_LIMIT) > 0) {
                throw new IllegalArgumentException(
                        "timeLimit must be positive, and at most " + LONGEST_TIME_LIMIT + ": " + chosen);
            }
            this.timeLimit = chosen;
            return this;
        }

        /**
         * How many threads look records up and as many write, each with a connection while it does. 2 by default. Each
         * further one comes in when 16 callers wait while the others are busy, so that commits stay few. Always 1 on H2 and
         * SQLite.
         */
        public Builder threads(int chosen) {
            if (chosen < 1) {
                throw new IllegalArgumentException("threads must be positive: " + chosen);
            }
            this.threads = chosen;
            return this;
        }

        /** How many calls may wait for readers and for writers before further callers wait for room. 4,096 by default. */
        public Builder queueCapacity(int chosen) {
            if (chosen < 1) {
                throw new IllegalArgumentException("queueCapacity must be positive: " + chosen);
            }
            this.queueCapacity = chosen;
            return this;
        }

        /**
         * About how much memory a cache of finished records may take, which answers retries without the database. Needs
         * Caffeine. Zero by default, which is none.
         */
        public Builder cacheBytes(long chosen) {
            if (chosen < 0) {
                throw new IllegalArgumentException("cacheBytes must not be negative: " + chosen);
            }
            this.cacheBytes = chosen;
            return this;
        }

        /**
         * Looks at the database and opens the store. Embedded databases get the schema if they have none. Not to be called
         * from a virtual thread.
         *
         * @throws StoreException if the database cannot be reached, is not supported, or has not the schema or the
         *     privileges; the message says what to do
         */
        public JdbcStore open() {
            return new JdbcStore(this, database.apply(table));
        }
    }
}
