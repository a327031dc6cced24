package dev.reprise.store.rocksdb;

import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Running;
import dev.reprise.OperationState.Unknown;
import dev.reprise.spi.StoreException;
import dev.reprise.spi.support.Transition;
import dev.reprise.store.rocksdb.Database.Table;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * The changes that reach the disk together, all made at one instant. Each sees the changes before it.
 */
final class Batch implements AutoCloseable {
    /** What becomes of a record, null where there is none. */
    @FunctionalInterface
    interface Rule<R> {
        Transition<R> apply(@Nullable OperationRecord present, Instant now);
    }

    private final Database database;
    private final Map<OperationId, OperationRecord> unfinished;
    private final Journal journal;
    private final Expiries expiries;
    private final Instant now;
    private final Map<OperationId, Optional<OperationRecord>> changed = new HashMap<>();
    private final WriteBatch writes = new WriteBatch();

    /** @param unfinished the running and unknown operations, kept up to date by {@link #write} */
    Batch(
            Database database,
            Map<OperationId, OperationRecord> unfinished,
            Journal journal,
            Expiries expiries,
            Instant now) {
        this.database = database;
        this.unfinished = unfinished;
        this.journal = journal;
        this.expiries = expiries;
        this.now = now;
    }

    /**
     * Changes one record.
     *
     * @param key see {@link Keys#of}, which the caller has worked out on a thread with more time than this one
     */
    <R> R change(OperationId id, byte[] key, Rule<R> rule) throws RocksDBException {
        OperationRecord before = present(id, key);
        Transition<R> transition = rule.apply(before, now);
        OperationRecord after = transition.after();
        if (!Objects.equals(before, after)) {
            replace(id, key, before, after);
        }
        return transition.result();
    }

    /** Deletes those of the records that have expired, and returns how many. */
    int purge(List<OperationId> ids) throws RocksDBException {
        int purged = 0;
        for (OperationId id : ids) {
            byte[] key = Keys.of(id);
            OperationRecord record = present(id, key);
            if (record != null && record.expiredAt(now)) {
                replace(id, key, record, null);
                purged++;
            }
        }
        return purged;
    }

    /** Keeps only the given records in an entry of the expiry index. */
    void shorten(Expiries.Entry entry, List<OperationId> left) throws RocksDBException {
        Expiries.replace(database, writes, entry, left);
    }

    private @Nullable OperationRecord present(OperationId id, byte[] key) {
        Optional<OperationRecord> change = changed.get(id);
        if (change != null) {
            return change.orElse(null);
        }
        OperationRecord open = unfinished.get(id);
        if (open != null) {
            return open;
        }
        byte[] value;
        try {
            value = database.get(Table.FINISHED, key);
        } catch (RocksDBException e) {
            throw new StoreException("The record of " + id + " cannot be read: " + e.getMessage(), e);
        }
        return value == null ? null : RecordCodec.decode(id, value);
    }

    private void replace(OperationId id, byte[] key, @Nullable OperationRecord before, @Nullable OperationRecord after)
            throws RocksDBException {
        changed.put(id, Optional.ofNullable(after));
        if (renewed(before, after)) {
            // Whoever opens the store next finds the owner gone, whatever its lease said.
            return;
        }
        if (before != null) {
            remove(key, before);
        }
        if (after != null) {
            insert(key, after);
        }
    }

    private static boolean renewed(@Nullable OperationRecord before, @Nullable OperationRecord after) {
        return before != null
                && after != null
                && before.token().equals(after.token())
                && after.state() instanceof Running;
    }

    private void remove(byte[] key, OperationRecord record) throws RocksDBException {
        switch (record.state()) {
            case Running ignored -> journal.ended(record.token());
            case Unknown ignored -> database.delete(writes, Table.UNKNOWN, key);
            case Completed ignored -> database.delete(writes, Table.FINISHED, key);
        }
    }

    private void insert(byte[] key, OperationRecord record) throws RocksDBException {
        switch (record.state()) {
            case Running ignored -> journal.started(key, record);
            case Unknown ignored -> database.put(writes, Table.UNKNOWN, key, RecordCodec.encode(record));
            case Completed completed -> {
                database.put(writes, Table.FINISHED, key, RecordCodec.encode(record));
                expiries.add(key, completed.expiresAt());
            }
        }
    }

    /** Writes the changes, durable with the next sync, and returns what is there now by operation. */
    Map<OperationId, Optional<OperationRecord>> write() throws RocksDBException {
        changed.forEach((id, after) -> after.filter(record -> !(record.state() instanceof Completed))
                .ifPresentOrElse(record -> unfinished.put(id, record), () -> unfinished.remove(id)));
        expiries.append(database, writes);
        if (journal.checkpointDue()) {
            List<OperationRecord> running = unfinished.values().stream()
                    .filter(record -> record.state() instanceof Running)
                    .toList();
            journal.checkpoint(database, writes, running);
        } else {
            journal.append(database, writes);
        }
        if (writes.count() > 0) {
            database.write(writes);
        }
        return changed;
    }

    @Override
    public void close() {
        writes.close();
    }
}
