package dev.reprise.store.rocksdb;

import dev.reprise.FencingToken;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Running;
import dev.reprise.spi.StoreException;
import dev.reprise.store.rocksdb.Database.Table;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/**
 * The records on the disk, with the unfinished ones also in memory. One thread changes them, any platform thread reads.
 *
 * <p>A write that fails leaves it open what is on the disk, so the database is closed and read anew before the next
 * one; until that succeeds, every call fails.
 */
final class Records {
    private static final byte[] EPOCH = "epoch".getBytes(StandardCharsets.US_ASCII);
    private static final int TOKENS_PER_EPOCH_BITS = 40;

    private final Path folder;
    private final InstantSource clock;
    private final BiConsumer<OperationId, Optional<OperationRecord>> onChange;
    private final Map<OperationId, OperationRecord> unfinished = new ConcurrentHashMap<>();
    private final ReentrantReadWriteLock use = new ReentrantReadWriteLock();
    private @Nullable Database database;
    private long lastToken;

    /**
     * Opens the database.
     *
     * @param onChange told about each change after it is durable and visible
     */
    Records(Path folder, InstantSource clock, BiConsumer<OperationId, Optional<OperationRecord>> onChange) {
        this.folder = folder;
        this.clock = clock;
        this.onChange = onChange;
        open();
        // The owners of a former process are gone with it: the folder's lock is ours.
        Instant now = clock.instant();
        unfinished.replaceAll((id, record) -> record.state() instanceof Running running
                ? record.with(new Running(running.owner(), earlier(running.leaseEnd(), now)))
                : record);
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private void open() {
        try {
            Database opened = new Database(folder);
            database = opened;
            // Tokens of an epoch are greater than all of the epochs before, so none has to be written down.
            byte[] epoch = opened.get(Table.META, EPOCH);
            long next = epoch == null ? 1 : new Decoder(epoch).number() + 1;
            try (Batch batch = new Batch(opened, unfinished)) {
                batch.put(Table.META, EPOCH, new Encoder(10).number(next).toBytes());
                batch.commit();
            }
            lastToken = next << TOKENS_PER_EPOCH_BITS;
            opened.scan(Table.UNFINISHED, new byte[0], null, (key, value) -> {
                OperationRecord record = RecordCodec.decode(Keys.id(key), value);
                // A record in memory has the lease as it was renewed last.
                unfinished.merge(
                        record.id(), record, (known, read) -> known.token().equals(read.token()) ? known : read);
                return true;
            });
        } catch (RocksDBException e) {
            close();
            throw new StoreException("The database in " + folder + " cannot be opened: " + e.getMessage(), e);
        }
    }

    /** The unfinished operations that are durable. Safe to read from any thread. */
    Map<OperationId, OperationRecord> unfinished() {
        return unfinished;
    }

    FencingToken nextToken() {
        return new FencingToken(++lastToken);
    }

    Instant now() {
        return clock.instant();
    }

    /** Reads from the database. Not to be called from a virtual thread. */
    <R> R read(DatabaseRead<R> read) {
        use.readLock().lock();
        try {
            if (database == null) {
                throw new StoreException("The store is closed, or its disk failed", null);
            }
            return read.from(database);
        } catch (RocksDBException e) {
            throw new StoreException("A read from " + folder + " failed: " + e.getMessage(), e);
        } finally {
            use.readLock().unlock();
        }
    }

    /** A read that may fail. */
    @FunctionalInterface
    interface DatabaseRead<R> {
        R from(Database database) throws RocksDBException;
    }

    /** Makes the changes durable together, and then answers them. Called by one thread. */
    void commit(List<GroupCommit.Pending<Batch, ?>> changes) {
        Database current = database == null ? reopened() : database;
        try (Batch batch = new Batch(current, unfinished)) {
            changes.forEach(change -> change.applyTo(batch));
            batch.commit().forEach(this::publish);
        } catch (RocksDBException e) {
            close();
            throw new StoreException("A write to " + folder + " failed: " + e.getMessage(), e);
        }
        changes.forEach(GroupCommit.Pending::succeed);
    }

    private Database reopened() {
        use.writeLock().lock();
        try {
            open();
            return Objects.requireNonNull(database);
        } finally {
            use.writeLock().unlock();
        }
    }

    private void publish(OperationId id, Optional<OperationRecord> after) {
        after.filter(record -> !(record.state() instanceof Completed))
                .ifPresentOrElse(record -> unfinished.put(id, record), () -> unfinished.remove(id));
        onChange.accept(id, after);
    }

    /** Closes the database once nobody reads from it any more. */
    void close() {
        use.writeLock().lock();
        try {
            if (database != null) {
                database.close();
                database = null;
            }
        } finally {
            use.writeLock().unlock();
        }
    }
}
