package dev.reprise.store.rocksdb;

import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Running;
import dev.reprise.OperationState.Unknown;
import dev.reprise.spi.StoreException;
import dev.reprise.store.rocksdb.RocksDatabase.Table;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;

/** The operations that nobody works on, which the disk holds and memory does not: a row for each. */
final class AtRest {
    private static final Logger LOG = System.getLogger(AtRest.class.getName());

    private AtRest() {}

    /** Where a record lies while nobody works on its operation. */
    static Table table(OperationState state) {
        return switch (state) {
            case Running ignored -> Table.ABANDONED;
            case Unknown ignored -> Table.UNKNOWN;
            case Completed ignored -> Table.FINISHED;
        };
    }

    /** Whether there is certainly no record, as far as memory can tell. */
    static boolean isNew(RocksDatabase database, byte[] key) {
        return !database.mayHave(Table.FINISHED, key)
                && !database.mayHave(Table.UNKNOWN, key)
                && !database.mayHave(Table.ABANDONED, key);
    }

    /** The record as far as it is written, expired or not. */
    static @Nullable OperationRecord find(RocksDatabase database, OperationId id, byte[] key, Instant now) {
        byte[] row;
        try {
            row = database.get(Table.FINISHED, key);
            if (row == null) {
                row = database.get(Table.UNKNOWN, key);
            }
            if (row == null) {
                row = database.get(Table.ABANDONED, key);
            }
        } catch (RocksDBException e) {
            // It is only looked for where memory says that it is there, and that is rarely wrong.
            throw StoreException.unreadable("The record of " + id + " cannot be read: " + e.getMessage(), e);
        }
        return row == null ? null : decode(id, row, now);
    }

    /**
     * Whether there is a finished record that has expired; no also if it is damaged, which must not keep all others from being
     * purged.
     */
    static boolean hasExpired(RocksDatabase database, OperationId id, byte[] key, Instant now) {
        try {
            byte[] row = database.get(Table.FINISHED, key);
            return row != null && RecordCodec.decode(id, row).expiredAt(now);
        } catch (RocksDBException | StoreException e) {
            LOG.log(Level.WARNING, "The record of " + id + " is left where it is, because it cannot be read", e);
            return false;
        }
    }

    /** What a row holds. A running operation that is at rest is abandoned, whatever the clock was that its lease followed. */
    static OperationRecord decode(OperationId id, byte[] value, Instant now) {
        return abandoned(RecordCodec.decode(id, value), now);
    }

    /** The record, with a lease that has ended if it has one. */
    static OperationRecord abandoned(OperationRecord record, Instant now) {
        return record.state() instanceof Running running && running.leaseEnd().isAfter(now)
                ? record.with(new Running(running.owner(), now))
                : record;
    }
}
