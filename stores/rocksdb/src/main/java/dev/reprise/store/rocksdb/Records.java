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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * The records on the disk, with the unfinished ones also in memory.
 *
 * <p>One thread writes changes, and another one makes them durable and visible, so that the next changes are prepared
 * while the disk syncs the last ones. Any platform thread may read.
 *
 * <p>A write or a sync that fails leaves it open what is on the disk. Everything that is not durable then fails, and the
 * database is closed, opened and read anew before the next write; until that succeeds, all writes fail. A full disk has
 * no room for that: the failed database, which can still be read, then stays open until there is.
 */
final class Records {
    private static final byte[] OPENINGS = "openings".getBytes(StandardCharsets.US_ASCII);
    private static final int BITS_PER_OPENING = 40;

    /** A read that may fail. */
    @FunctionalInterface
    interface Read<R> {
        R from(Database database) throws RocksDBException;
    }

    /**
     * The database while it is open, and what belongs to that time.
     *
     * @param number how many times it has been opened, ever
     */
    private record Opening(long number, Database database, Journal journal, Expiries expiries) {}

    /**
     * A write or sync that failed.
     *
     * @param opening the last opening whose writes it makes doubtful, as far as they are not durable
     * @param exception what their callers are told
     */
    private record Failure(long opening, StoreException exception) {
        private boolean affects(long otherOpening) {
            return otherOpening <= opening;
        }
    }

    private final Path folder;
    private final InstantSource clock;
    private final Consumer<OperationId> onChange;
    /** The unfinished operations as far as they are written; for the writing thread. */
    private final Map<OperationId, OperationRecord> written = new HashMap<>();
    /** The unfinished operations as far as they are durable; for everybody. */
    private final Map<OperationId, OperationRecord> durable = new ConcurrentHashMap<>();
    /** Held for writing while the database is opened or closed. */
    private final ReentrantReadWriteLock use = new ReentrantReadWriteLock();

    private @Nullable Opening current;
    private volatile Failure failure = new Failure(0, new StoreException("No write has failed", null));
    private long lastToken;

    /**
     * Opens the database.
     *
     * @param onChange told about each change after it is durable and visible
     */
    Records(Path folder, InstantSource clock, Consumer<OperationId> onChange) {
        this.folder = folder;
        this.clock = clock;
        this.onChange = onChange;
        open();
        // The owners of a former process are gone with it, since nobody else can have the folder open.
        Instant now = clock.instant();
        written.replaceAll((id, record) -> endedBy(now, record));
        durable.putAll(written);
    }

    private static OperationRecord endedBy(Instant now, OperationRecord record) {
        return record.state() instanceof Running running && running.leaseEnd().isAfter(now)
                ? record.with(new Running(running.owner(), now))
                : record;
    }

    private Opening open() {
        Database database = null;
        use.writeLock().lock();
        try {
            close();
            database = new Database(folder);
            long number = countOpening(database);
            Journal journal = new Journal();
            Map<OperationId, OperationRecord> found = new HashMap<>();
            journal.read(database).values().forEach(record -> found.put(record.id(), record));
            database.scan(Table.UNKNOWN, new byte[0], null, (key, value) -> {
                OperationRecord record = RecordCodec.decode(Keys.id(key), value);
                found.put(record.id(), record);
                return true;
            });
            adopt(found);
            // Numbers that begin with that of the opening grow for ever, without being written down one by one.
            lastToken = number << BITS_PER_OPENING;
            Opening opening = new Opening(number, database, journal, new Expiries(number << BITS_PER_OPENING));
            current = opening;
            return opening;
        } catch (RocksDBException | RuntimeException e) {
            if (database != null) {
                database.close();
            }
            throw new StoreException(
                    "The database in " + folder + " cannot be opened: " + e.getMessage()
                            + "; see that its disk has room and that its files are whole",
                    e);
        } finally {
            use.writeLock().unlock();
        }
    }

    private static long countOpening(Database database) throws RocksDBException {
        byte[] last = database.get(Table.META, OPENINGS);
        long number = last == null ? 1 : new Decoder(last).number() + 1;
        try (WriteBatch batch = new WriteBatch()) {
            database.put(
                    batch, Table.META, OPENINGS, new Encoder(10).number(number).toBytes());
            database.write(batch);
        }
        database.sync();
        return number;
    }

    /** Makes memory agree with the disk, but for leases that were renewed, which only memory knows. */
    private void adopt(Map<OperationId, OperationRecord> found) {
        found.replaceAll((id, read) -> {
            OperationRecord known = durable.get(id);
            return known != null && known.token().equals(read.token()) ? known : read;
        });
        written.clear();
        written.putAll(found);
        durable.putAll(found);
        for (OperationId gone : Set.copyOf(durable.keySet())) {
            if (!found.containsKey(gone)) {
                publish(gone, Optional.empty());
            }
        }
    }

    /** The unfinished operations that are durable. Safe to read from any thread. */
    Map<OperationId, OperationRecord> unfinished() {
        return durable;
    }

    /** For rules that run in {@link #write}. */
    FencingToken nextToken() {
        return new FencingToken(++lastToken);
    }

    Instant now() {
        return clock.instant();
    }

    /** The record as far as it is durable, expired or not. Not for virtual threads. */
    @Nullable
    OperationRecord find(OperationId id, byte[] key) {
        Optional<byte[]> value = read(database -> Optional.ofNullable(database.get(Table.FINISHED, key)));
        // Asked last: an operation leaves memory only when its end is durable, so what is not there is not to come.
        OperationRecord unfinished = durable.get(id);
        return unfinished != null
                ? unfinished
                : value.map(bytes -> RecordCodec.decode(id, bytes)).orElse(null);
    }

    /** Reads from the database, where changes may be seen that are not yet durable. Not for virtual threads. */
    <R> R read(Read<R> read) {
        try {
            return whileOpen(read);
        } catch (RocksDBException e) {
            throw new StoreException("A read from " + folder + " failed: " + e.getMessage(), e);
        }
    }

    private <R> R whileOpen(Read<R> read) throws RocksDBException {
        use.readLock().lock();
        try {
            if (current == null) {
                throw new StoreException(
                        "The database in " + folder + " is closed, or failed and cannot be opened again yet;"
                                + " see that its disk has room and works",
                        null);
            }
            return read.from(current.database());
        } finally {
            use.readLock().unlock();
        }
    }

    /** Writes changes. A change that cannot read its record fails alone. For one thread. */
    Written write(List<Change<?>> changes) {
        Opening opening = writable();
        try (Batch batch =
                new Batch(opening.database(), written, opening.journal(), opening.expiries(), clock.instant())) {
            for (Change<?> change : changes) {
                try {
                    change.addTo(batch);
                } catch (StoreException damaged) {
                    change.fail(damaged);
                }
            }
            return new Written(opening.number(), batch.write(), changes);
        } catch (RocksDBException | RuntimeException e) {
            throw failed(opening.number(), e);
        }
    }

    private Opening writable() {
        Opening opening = current;
        if (opening == null) {
            return open();
        }
        if (failure.affects(opening.number())) {
            requireRoomToOpen();
            return open();
        }
        return opening;
    }

    private void requireRoomToOpen() {
        long wanted = this.<Long>read(Database::roomToOpen);
        if (folder.toFile().getUsableSpace() < wanted) {
            throw new StoreException(
                    "The disk of " + folder + " is full: make room there, " + (wanted >> 20)
                            + " MiB at least, and the store goes on by itself",
                    failure.exception());
        }
    }

    /** Makes what was written durable, then visible, and has it answered. For one thread. */
    void sync(List<Written> batches) {
        long opening = batches.getLast().opening();
        try {
            whileOpen(database -> {
                // A database that was opened since holds nothing of these, and syncs its own later.
                if (!failure.affects(opening)) {
                    database.sync();
                }
                return opening;
            });
        } catch (RocksDBException | RuntimeException e) {
            throw failed(opening, e);
        }
        for (Written batch : batches) {
            if (failure.affects(batch.opening())) {
                batch.fail(failure.exception());
            } else {
                batch.records().forEach(this::publish);
            }
        }
        // One hand-over for all answers, so that this thread is back at the disk at once.
        Thread.startVirtualThread(() -> batches.forEach(Written::succeed));
    }

    private StoreException failed(long opening, Exception cause) {
        StoreException exception = new StoreException(
                "A write to " + folder + " failed: " + cause.getMessage()
                        + "; see that its disk has room and works, and the store goes on by itself",
                cause);
        failure = new Failure(opening, exception);
        return exception;
    }

    private void publish(OperationId id, Optional<OperationRecord> after) {
        after.filter(record -> !(record.state() instanceof Completed))
                .ifPresentOrElse(record -> durable.put(id, record), () -> durable.remove(id));
        onChange.accept(id);
    }

    /** Closes the database once nobody reads from it any more. */
    void close() {
        use.writeLock().lock();
        try {
            if (current != null) {
                current.database().close();
                current = null;
            }
        } finally {
            use.writeLock().unlock();
        }
    }
}
