package dev.reprise.store.rocksdb;

import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Running;
import dev.reprise.spi.Transition;
import dev.reprise.store.rocksdb.Database.Table;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * The changes that reach the disk together. Each sees the changes before it; nobody else sees any until they are
 * durable.
 */
final class Batch implements AutoCloseable {
    private final Database database;
    private final Map<OperationId, OperationRecord> unfinished;
    private final Map<OperationId, Optional<OperationRecord>> changed = new HashMap<>();
    private final WriteBatch writes = new WriteBatch();

    /** @param unfinished the running and unknown operations before this batch */
    Batch(Database database, Map<OperationId, OperationRecord> unfinished) {
        this.database = database;
        this.unfinished = unfinished;
    }

    /** Applies a rule to the present record, null if there is none, and keeps what it makes of it. */
    <R> R change(OperationId id, Function<@Nullable OperationRecord, Transition<R>> rule) throws RocksDBException {
        OperationRecord before = present(id);
        Transition<R> transition = rule.apply(before);
        OperationRecord after = transition.after();
        if (!Objects.equals(before, after)) {
            replace(id, before, after);
        }
        return transition.result();
    }

    @Nullable
    OperationRecord present(OperationId id) throws RocksDBException {
        Optional<OperationRecord> change = changed.get(id);
        if (change != null) {
            return change.orElse(null);
        }
        OperationRecord open = unfinished.get(id);
        if (open != null) {
            return open;
        }
        byte[] value = database.get(Table.FINISHED, Keys.of(id));
        return value == null ? null : RecordCodec.decode(id, value);
    }

    private void replace(OperationId id, @Nullable OperationRecord before, @Nullable OperationRecord after)
            throws RocksDBException {
        changed.put(id, Optional.ofNullable(after));
        if (renewed(before, after)) {
            // Whoever opens the store next finds the owner gone, whatever its lease said.
            return;
        }
        byte[] key = Keys.of(id);
        if (before != null && before.state() instanceof Completed completed) {
            database.delete(writes, Table.FINISHED, key);
            database.delete(writes, Table.EXPIRY, Keys.expiry(completed.expiresAt(), key));
        } else if (before != null && (after == null || after.state() instanceof Completed)) {
            database.delete(writes, Table.UNFINISHED, key);
        }
        if (after != null && after.state() instanceof Completed completed) {
            database.put(writes, Table.FINISHED, key, RecordCodec.encode(after));
            database.put(writes, Table.EXPIRY, Keys.expiry(completed.expiresAt(), key), new byte[0]);
        } else if (after != null) {
            database.put(writes, Table.UNFINISHED, key, RecordCodec.encode(after));
        }
    }

    private static boolean renewed(@Nullable OperationRecord before, @Nullable OperationRecord after) {
        return before != null
                && after != null
                && before.token().equals(after.token())
                && after.state() instanceof Running;
    }

    /** Adds an entry that is no record. */
    void put(Table table, byte[] key, byte[] value) throws RocksDBException {
        database.put(writes, table, key, value);
    }

    /** Makes the changes durable, and returns what is there now by operation. */
    Map<OperationId, Optional<OperationRecord>> commit() throws RocksDBException {
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
