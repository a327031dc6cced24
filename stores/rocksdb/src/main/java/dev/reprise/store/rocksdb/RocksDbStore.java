package dev.reprise.store.rocksdb;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.reprise.FencingToken;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Running;
import dev.reprise.Response;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.ChangeSignals;
import dev.reprise.spi.Claim;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.OperationQuery;
import dev.reprise.spi.OperationStore;
import dev.reprise.spi.StoreCapabilities;
import dev.reprise.spi.StoreException;
import dev.reprise.spi.Transition;
import dev.reprise.store.rocksdb.Database.Table;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Keeps records durably in a folder, for one process at a time.
 *
 * <p>How it works:
 *
 * <ol>
 *   <li>One thread makes all changes, in batches of whatever waits at that moment, each with one sync of the disk
 *       ({@link GroupCommit}).
 *   <li>Running and unknown operations are also in memory, finished ones in a bounded cache; a look-up of another
 *       finished one reads the disk on a thread of its own and never waits for a write.
 *   <li>Whoever opens the folder knows that all former owners are gone, so operations that were running then are
 *       abandoned at once, whatever their lease.
 * </ol>
 *
 * <p>Thread-safe, and safe to call from virtual threads: native calls happen on threads of its own. Leases and
 * retention follow the clock of this process.
 */
public final class RocksDbStore implements OperationStore {
    private static final StoreCapabilities CAPABILITIES = new StoreCapabilities(true, true, false);
    private static final int PURGE_AT_ONCE = 100;

    private final Records records;
    private final GroupCommit<Batch> writer;
    private final Readers readers;
    private final ChangeSignals signals = new ChangeSignals();
    private final Cache<OperationId, OperationRecord> finishedCache;

    private RocksDbStore(Builder builder) {
        finishedCache = Caffeine.newBuilder()
                .maximumWeight(builder.cacheBytes)
                .weigher(RocksDbStore::weight)
                .executor(Runnable::run)
                .build();
        StoreFolder folder = StoreFolder.open(builder.folder);
        try {
            records = new Records(folder.database(), builder.clock, this::changed);
        } catch (Throwable e) {
            folder.close();
            throw e;
        }
        readers = new Readers("reprise-store-reader");
        writer = new GroupCommit<>("reprise-store-writer", builder.queueCapacity, records::commit, () -> {
            records.close();
            folder.close();
        });
    }

    /** A store in the given folder, which is created if it does not exist. */
    public static Builder in(Path folder) {
        return new Builder(folder);
    }

    private static int weight(OperationId id, OperationRecord record) {
        return 512
                + (record.state() instanceof Completed done
                        ? done.response().body().length()
                        : 0);
    }

    /** Called by the writer when a change is durable. */
    private void changed(OperationId id, Optional<OperationRecord> after) {
        after.filter(record -> record.state() instanceof Completed).ifPresent(record -> finishedCache.put(id, record));
        signals.changed(id);
    }

    @Override
    public StoreCapabilities capabilities() {
        return CAPABILITIES;
    }

    @Override
    public Acquisition acquire(Claim claim) {
        readers.requireOpen();
        OperationRecord known = known(claim.id());
        if (known != null) {
            Transition<Acquisition> unchanged =
                    Transition.acquire(known, claim, records.now(), () -> FencingToken.NONE);
            if (known.equals(unchanged.after())) {
                return unchanged.result();
            }
        }
        return change(claim.id(), record -> Transition.acquire(record, claim, records.now(), records::nextToken));
    }

    /** What is there as far as it is durable, expired or not. Does not wait for writes. */
    private @Nullable OperationRecord known(OperationId id) {
        OperationRecord open = records.unfinished().get(id);
        if (open != null) {
            return open;
        }
        OperationRecord cached = finishedCache.getIfPresent(id);
        if (cached != null && !cached.expiredAt(records.now())) {
            return cached;
        }
        byte[] value = readers.call(
                        () -> records.read(database -> Optional.ofNullable(database.get(Table.FINISHED, Keys.of(id)))))
                .orElse(null);
        if (value == null) {
            return records.unfinished().get(id);
        }
        OperationRecord read = RecordCodec.decode(id, value);
        finishedCache.put(id, read);
        return read;
    }

    @Override
    public LeaseStatus renew(Lease lease) {
        return change(lease.id(), record -> Transition.renew(record, lease, records.now()));
    }

    @Override
    public LeaseStatus complete(Lease lease, Response response, Duration retention) {
        return change(lease.id(), record -> Transition.complete(record, lease, response, retention, records.now()));
    }

    @Override
    public LeaseStatus release(Lease lease) {
        return change(lease.id(), record -> Transition.release(record, lease));
    }

    @Override
    public LeaseStatus park(Lease lease, String reason) {
        return change(lease.id(), record -> Transition.park(record, lease, reason, records.now()));
    }

    private <R> R change(OperationId id, Function<@Nullable OperationRecord, Transition<R>> rule) {
        return writer.write(batch -> batch.change(id, rule));
    }

    @Override
    public Optional<OperationRecord> find(OperationId id) {
        readers.requireOpen();
        Instant now = records.now();
        return Optional.ofNullable(known(id)).filter(record -> !record.expiredAt(now));
    }

    @Override
    public List<OperationRecord> list(OperationQuery query) {
        Instant now = records.now();
        byte[] from = start(query);
        byte[] prefix = query.key() == null ? new byte[0] : Keys.prefix(query.key());
        TreeMap<byte[], OperationRecord> found = new TreeMap<>(Arrays::compareUnsigned);
        for (OperationRecord record : records.unfinished().values()) {
            byte[] key = Keys.of(record.id());
            if (query.kinds().contains(record.state().kind())
                    && startsWith(key, prefix)
                    && Arrays.compareUnsigned(key, from) >= 0) {
                found.put(key, record);
            }
        }
        if (query.kinds().contains(OperationState.Kind.COMPLETED)) {
            found.putAll(finished(from, prefix, query.limit(), now));
        }
        return found.values().stream().limit(query.limit()).toList();
    }

    private static byte[] start(OperationQuery query) {
        if (query.after() != null) {
            // The least key behind the one that was listed last.
            byte[] last = Keys.of(query.after());
            return Arrays.copyOf(last, last.length + 1);
        }
        return query.key() == null ? new byte[0] : Keys.prefix(query.key());
    }

    private Map<byte[], OperationRecord> finished(byte[] from, byte[] prefix, int limit, Instant now) {
        return readers.call(() -> records.read(database -> {
            Map<byte[], OperationRecord> found = new TreeMap<>(Arrays::compareUnsigned);
            database.scan(Table.FINISHED, from, null, (key, value) -> {
                if (!startsWith(key, prefix)) {
                    return false;
                }
                OperationRecord record = RecordCodec.decode(Keys.id(key), value);
                if (!record.expiredAt(now)) {
                    found.put(key, record);
                }
                return found.size() < limit;
            });
            return found;
        }));
    }

    private static boolean startsWith(byte[] key, byte[] prefix) {
        return key.length >= prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }

    @Override
    public int purgeExpired(int limit) {
        List<OperationId> expired = readers.call(() -> records.read(database -> {
            List<OperationId> found = new ArrayList<>();
            database.scan(Table.EXPIRY, new byte[0], Keys.expiryAfter(records.now()), (key, value) -> {
                found.add(Keys.id(Keys.recordOfExpiry(key)));
                return found.size() < limit;
            });
            return found;
        }));
        int purged = 0;
        // In small portions, so that other changes get their turn in between.
        for (int from = 0; from < expired.size(); from += PURGE_AT_ONCE) {
            List<OperationId> portion = expired.subList(from, Math.min(expired.size(), from + PURGE_AT_ONCE));
            purged += writer.<Integer>write(batch -> purge(batch, portion));
        }
        finishedCache.invalidateAll(expired);
        return purged;
    }

    private int purge(Batch batch, List<OperationId> portion) throws Exception {
        Instant now = records.now();
        int purged = 0;
        for (OperationId id : portion) {
            purged += batch.<Integer>change(
                    id,
                    record -> record != null && record.expiredAt(now)
                            ? new Transition<>(null, 1)
                            : new Transition<>(record, 0));
        }
        return purged;
    }

    @Override
    public void awaitChange(OperationId id, FencingToken token, Duration atMost) throws InterruptedException {
        signals.await(
                id,
                () -> {
                    OperationRecord record = records.unfinished().get(id);
                    return record != null
                            && record.state() instanceof Running
                            && record.token().equals(token);
                },
                atMost);
    }

    /** How much the writer has done since the store was opened. */
    public Statistics statistics() {
        return new Statistics(writer.commits(), writer.changes(), writer.waiting());
    }

    @Override
    public void close() {
        readers.close();
        writer.close();
    }

    /**
     * The work of the writer.
     *
     * @param commits how many batches were written, each with one sync
     * @param changes how many calls they served
     * @param waiting how many calls wait for the next batch
     */
    public record Statistics(long commits, long changes, int waiting) {}

    /** Settings of a store. Not thread-safe. */
    public static final class Builder {
        private final Path folder;
        private InstantSource clock = InstantSource.system();
        private long cacheBytes = 64L << 20;
        private int queueCapacity = 4_096;

        private Builder(Path folder) {
            this.folder = folder;
        }

        /** The clock that leases and retention follow. The system's by default. */
        public Builder clock(InstantSource chosen) {
            this.clock = chosen;
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

        /** How many changes may wait for the writer before callers wait for room. 4,096 by default. */
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
