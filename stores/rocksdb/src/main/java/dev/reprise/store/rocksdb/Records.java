package dev.reprise.store.rocksdb;

import dev.reprise.FencingToken;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.spi.StoreException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/**
 * The records on the disk, with those of running operations also in memory.
 *
 * <p>One thread writes changes, and another one makes them durable and visible, so that the next changes are prepared
 * while the disk syncs the last ones. Any platform thread may read.
 *
 * <p>Whatever is thrown from the first byte written to the answer, and on either thread, leaves it open what is on the
 * disk, or lets memory disagree with it. Everything that is not durable then fails, and the database is closed, opened and
 * read anew before the next write; until that succeeds, all writes fail. A full disk has no room for that: the failed
 * database, which can still be read, then stays open until there is.
 */
final class Records {
    /** A read that may fail. */
    @FunctionalInterface
    interface Read<R> {
        R from(RocksDatabase database) throws RocksDBException;
    }

    private final StoreFolder folder;
    private final InstantSource clock;
    private final Duration timeLimit;
    private final LiveOperations live;
    /** Held for writing while the database is opened or closed. */
    private final ReentrantReadWriteLock use = new ReentrantReadWriteLock();
    /** One for each batch that may be on its way to the disk. */
    private final Semaphore places;

    private final int capacity;

    private @Nullable Opening current;
    private long lastToken;

    /**
     * Opens the database.
     *
     * @param capacity how many batches may be written and not yet durable
     * @param timeLimit how long the writing thread waits for that
     * @param onChange gets each change after it is durable and visible
     */
    Records(StoreFolder folder, InstantSource clock, int capacity, Duration timeLimit, Consumer<OperationId> onChange) {
        this.folder = folder;
        this.clock = clock;
        this.capacity = capacity;
        this.timeLimit = timeLimit;
        places = new Semaphore(capacity);
        live = new LiveOperations(onChange);
        open(false);
    }

    private Opening open(boolean again) {
        use.writeLock().lock();
        try {
            close();
            Opening opening = Opening.of(folder, again);
            try {
                begin(opening, again);
            } catch (Throwable e) {
                opening.close();
                throw e;
            }
            current = opening;
            return opening;
        } catch (StoreException e) {
            // Whoever waits for a write asks for another record than the one that cannot be read.
            throw e.isUnreadable() ? notOpened(e) : e;
        } catch (RocksDBException | IOException | RuntimeException e) {
            throw notOpened(e);
        } finally {
            use.writeLock().unlock();
        }
    }

    private StoreException notOpened(Exception cause) {
        return new StoreException(
                "The database in " + folder.database() + " cannot be opened: " + cause.getMessage()
                        + "; see that its disk has room and that its files are whole, "
                        + Loss.howToAccept(folder.path()),
                cause);
    }

    /** Makes memory agree with the disk. */
    private void begin(Opening opening, boolean again) throws RocksDBException, IOException {
        Instant now = clock.instant();
        Map<OperationId, OperationRecord> running = new HashMap<>();
        // The owners of a former process are gone with it, since nobody else can have the folder open.
        for (OperationRecord read : opening.journal().read(opening.database()).values()) {
            running.put(read.id(), again ? read : AtRest.abandoned(read, now));
        }
        live.read(running);
        try (Batch batch = new Batch(opening, live, () -> {}, now)) {
            batch.write();
        }
        opening.begin();
        live.publishAll();
        lastToken = opening.firstNumber();
    }

    /** What memory knows and is durable. Safe to read from any thread. */
    Map<OperationId, OperationRecord> live() {
        return live.durable();
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
        Instant now = now();
        return this.<Optional<OperationRecord>>read(
                        database -> Optional.ofNullable(live.find(id, () -> AtRest.find(database, id, key, now))))
                .orElse(null);
    }

    /**
     * Whether the disk certainly has no record. Does not wait, for the disk or for anybody, and so has no answer sometimes. For any
     * thread.
     */
    boolean isNew(byte[] key) {
        if (!use.readLock().tryLock()) {
            return false;
        }
        try {
            return current != null && AtRest.isNew(current.database(), key);
        } finally {
            use.readLock().unlock();
        }
    }

    /** What has expired, the first of it or what comes behind it first. Not for virtual threads. */
    Overdue overdue(Expiries.Entry from, int atLeast) {
        // Before anything is read, so that a change is noticed that comes after it.
        long changes = live.finishedChanges();
        return read(database -> Overdue.find(database, from, now(), atLeast, changes));
    }

    /** Reads from the database, where changes may be seen that are not yet durable. Not for virtual threads. */
    <R> R read(Read<R> read) {
        use.readLock().lock();
        try {
            if (current == null) {
                throw new StoreException(
                        "The database in " + folder.database()
                                + " is closed, or failed and cannot be opened again yet; see that its disk has room and"
                                + " works",
                        null);
            }
            return read.from(current.database());
        } catch (RocksDBException e) {
            throw new StoreException("A read from " + folder.database() + " failed: " + e.getMessage(), e);
        } finally {
            use.readLock().unlock();
        }
    }

    /**
     * Writes changes. A change that cannot be made fails alone. For one thread.
     *
     * @param next takes what was written to {@link #sync}
     */
    void write(List<Change<?>> changes, Consumer<Written> next) {
        Opening opening = writable();
        takePlaces(1);
        try (Batch batch = new Batch(opening, live, this::awaitDurable, clock.instant())) {
            for (Change<?> change : changes) {
                add(change, batch);
            }
            next.accept(new Written(opening, batch.write(), changes));
        } catch (Throwable e) {
            places.release();
            throw opening.fail(e);
        }
    }

    private static void add(Change<?> change, Batch batch) throws RocksDBException {
        try {
            change.addTo(batch);
        } catch (RuntimeException e) {
            if (batch.isTorn()) {
                throw e;
            }
            change.fail(e);
        }
    }

    /** Waits until all batches are durable but the one that is being made. */
    private void awaitDurable() {
        takePlaces(capacity - 1);
        places.release(capacity - 1);
    }

    private void takePlaces(int number) {
        try {
            if (!places.tryAcquire(number, timeLimit.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new StoreException(
                        "The disk of " + folder + " has not taken what was written for " + timeLimit.toMillis()
                                + " ms; see that it works",
                        null);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException("Interrupted while waiting for the disk", e);
        }
    }

    private Opening writable() {
        Opening opening = current;
        if (opening == null) {
            return open(true);
        }
        if (opening.hasFailed()) {
            requireRoomToOpen(opening);
            return open(true);
        }
        return opening;
    }

    private void requireRoomToOpen(Opening failed) {
        long wanted = this.<Long>read(RocksDatabase::roomToOpen);
        if (folder.path().toFile().getUsableSpace() < wanted) {
            throw new StoreException(
                    "The disk of " + folder + " is full: make room there, " + (wanted >> 20)
                            + " MiB at least, and the store goes on by itself",
                    failed.failure());
        }
    }

    /** Makes what was written durable, then visible, and has it answered. For one thread. */
    void sync(List<Written> batches) {
        use.readLock().lock();
        try {
            List<Written> good = new ArrayList<>();
            for (Written batch : batches) {
                if (batch.opening() == current && !batch.opening().hasFailed()) {
                    good.add(batch);
                } else {
                    // A database that was opened since may or may not hold it.
                    batch.fail(batch.opening().failure());
                }
            }
            if (!good.isEmpty()) {
                good.getLast().opening().sync();
                good.forEach(batch -> live.publish(batch.records()));
                // One hand-over for all answers, so that this thread is back at the disk at once.
                Thread.startVirtualThread(() -> good.forEach(Written::succeed));
            }
        } catch (Throwable e) {
            throw batches.getLast().opening().fail(e);
        } finally {
            use.readLock().unlock();
            places.release(batches.size());
        }
    }

    /** Closes the database once nobody reads from it any more. */
    void close() {
        use.writeLock().lock();
        try {
            Opening closing = current;
            current = null;
            if (closing != null) {
                closing.close();
            }
        } finally {
            use.writeLock().unlock();
        }
    }
}
