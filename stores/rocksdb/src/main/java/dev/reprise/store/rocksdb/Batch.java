package dev.reprise.store.rocksdb;

import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Running;
import dev.reprise.spi.support.Transition;
import dev.reprise.store.rocksdb.RocksDatabase.Table;
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
 * The changes that reach the disk together, all made at one instant. Each sees the changes before it. What a change throws
 * fails that change alone, unless it leaves the batch {@link #isTorn}; then nothing of the batch may be written.
 */
final class Batch implements AutoCloseable {
    /** What becomes of a record, null where there is none. */
    @FunctionalInterface
    interface Rule<R> {
        Transition<R> apply(@Nullable OperationRecord present, Instant now);
    }

    private final RocksDatabase database;
    private final Journal journal;
    private final Expiries expiries;
    private final LiveOperations live;
    private final Runnable awaitDurable;
    private final Instant now;
    private final Map<OperationId, Optional<OperationRecord>> changed = new HashMap<>();
    private final Map<OperationId, OperationRecord> takenFromRest = new HashMap<>();
    private final WriteBatch writes = new WriteBatch();
    private boolean torn;
    private boolean finishedChanged;

    /**
     * @param live kept up to date by {@link #write}
     * @param awaitDurable waits until all earlier batches are durable and visible
     */
    Batch(Opening opening, LiveOperations live, Runnable awaitDurable, Instant now) {
        database = opening.database();
        journal = opening.journal();
        expiries = opening.expiries();
        this.live = live;
        this.awaitDurable = awaitDurable;
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

    /** Whether what a purge has found is still there, but for what this batch has changed. */
    boolean isAsFound(Overdue overdue) {
        return live.finishedChanges() == overdue.finishedChanges();
    }

    /**
     * Deletes those of the records that have expired, and returns how many.
     *
     * @param found what was found of them before
     */
    int purge(List<OperationId> ids, Overdue found) throws RocksDBException {
        boolean asFound = isAsFound(found);
        int purged = 0;
        for (OperationId id : ids) {
            // If this batch has changed it, it is gone already, or in another entry.
            if (!changed.containsKey(id) && (asFound ? found.records().contains(id) : hasExpired(id))) {
                torn = true;
                database.delete(writes, Table.FINISHED, Keys.of(id));
                finishedChanged = true;
                changed.put(id, Optional.empty());
                torn = false;
                purged++;
            }
        }
        return purged;
    }

    private boolean hasExpired(OperationId id) {
        return AtRest.hasExpired(database, id, Keys.of(id), now);
    }

    /** Keeps only the given records in an entry of the expiry index. */
    void shorten(Expiries.Entry entry, List<OperationId> left) throws RocksDBException {
        torn = true;
        Expiries.replace(database, writes, entry, left);
        torn = false;
    }

    private @Nullable OperationRecord present(OperationId id, byte[] key) {
        Optional<OperationRecord> change = changed.get(id);
        if (change != null) {
            return change.orElse(null);
        }
        OperationRecord running = live.written().get(id);
        if (running != null) {
            return running;
        }
        OperationRecord resting = AtRest.find(database, id, key, now);
        if (resting != null && !(resting.state() instanceof Completed) && live.comesToRest(id)) {
            // Memory can show one state from before a change, and that is to be this one.
            awaitDurable.run();
        }
        return resting;
    }

    private void replace(OperationId id, byte[] key, @Nullable OperationRecord before, @Nullable OperationRecord after)
            throws RocksDBException {
        boolean journaled = isJournaled(id, before);
        if (journaled && renewed(before, after)) {
            // Not written: whoever opens the store next finds the owner gone, whatever its lease said.
            changed.put(id, Optional.ofNullable(after));
            return;
        }
        // First, since a record that cannot be encoded fails its change alone.
        byte[] row = after == null || after.state() instanceof Running ? new byte[0] : RecordCodec.encode(after);
        torn = true;
        if (before != null) {
            if (journaled) {
                journal.ended(before.token());
            } else {
                takeFromRest(id, key, before);
            }
        }
        if (after != null) {
            insert(key, after, row);
        }
        changed.put(id, Optional.ofNullable(after));
        torn = false;
    }

    /** Whether the journal has the record, which a running operation has that was not put to rest. */
    private boolean isJournaled(OperationId id, @Nullable OperationRecord record) {
        return record != null
                && record.state() instanceof Running
                && (changed.containsKey(id) || live.written().containsKey(id));
    }

    private static boolean renewed(@Nullable OperationRecord before, @Nullable OperationRecord after) {
        return before != null
                && after != null
                && before.token().equals(after.token())
                && after.state() instanceof Running;
    }

    private void takeFromRest(OperationId id, byte[] key, OperationRecord record) throws RocksDBException {
        database.delete(writes, AtRest.table(record.state()), key);
        if (record.state() instanceof Completed) {
            finishedChanged = true;
        } else if (!changed.containsKey(id)) {
            takenFromRest.put(id, record);
        }
    }

    private void insert(byte[] key, OperationRecord record, byte[] row) throws RocksDBException {
        if (record.state() instanceof Running) {
            journal.started(key, record);
            return;
        }
        database.put(writes, AtRest.table(record.state()), key, row);
        if (record.state() instanceof Completed completed) {
            expiries.add(key, completed.expiresAt());
        }
    }

    /** Whether a change was only made in part. */
    boolean isTorn() {
        return torn;
    }

    /**
     * Writes the changes, durable with the next sync.
     *
     * @return what there is now by operation; nothing also where it has been put to rest
     */
    Map<OperationId, Optional<OperationRecord>> write() throws RocksDBException {
        expiries.append(database, writes);
        if (journal.checkpointDue()) {
            checkpoint();
        } else {
            journal.append(database, writes);
        }
        live.shield(takenFromRest);
        try {
            if (writes.count() > 0) {
                database.write(writes);
            }
        } finally {
            if (finishedChanged) {
                // Only now: who looks after this sees what was written.
                live.finishedChanged();
            }
        }
        live.written(changed);
        return changed;
    }

    /** Begins the journal anew with what is worked on, and puts to rest what is not, so that memory is free of it. */
    private void checkpoint() throws RocksDBException {
        Map<OperationId, OperationRecord> running = new HashMap<>(live.written());
        changed.forEach((id, after) -> after.filter(record -> record.state() instanceof Running)
                .ifPresentOrElse(record -> running.put(id, record), () -> running.remove(id)));
        for (OperationRecord abandoned : List.copyOf(running.values())) {
            if (abandoned.abandonedAt(now)) {
                database.put(writes, Table.ABANDONED, Keys.of(abandoned.id()), RecordCodec.encode(abandoned));
                running.remove(abandoned.id());
                changed.put(abandoned.id(), Optional.empty());
            }
        }
        journal.checkpoint(database, writes, running.values());
    }

    @Override
    public void close() {
        writes.close();
    }
}
