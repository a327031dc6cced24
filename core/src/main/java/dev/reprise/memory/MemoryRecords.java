package dev.reprise.memory;

import dev.reprise.FencingToken;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState.Completed;
import dev.reprise.RequestFingerprint;
import dev.reprise.Response;
import dev.reprise.spi.StoreException;
import dev.reprise.spi.TransactionalStore;
import java.time.Duration;
import java.time.Instant;

/** The finished records of a {@link MemoryDatabase}. */
final class MemoryRecords implements TransactionalStore<MemoryTransaction> {
    private final MemoryDatabase database;

    MemoryRecords(MemoryDatabase database) {
        this.database = database;
    }

    @Override
    public Claimed claim(MemoryTransaction transaction, OperationId id) {
        boolean held = database.claim(transaction, id);
        MemoryRow row = transaction.row(id);
        if (row != null) {
            return new Claimed.Existing(row.record(), database.now());
        }
        return held ? new Claimed.Free() : new Claimed.Busy();
    }

    @Override
    public Claimed look(OperationId id) {
        try (MemoryTransaction transaction = new MemoryTransaction(database)) {
            return claim(transaction, id);
        }
    }

    @Override
    public void record(
            MemoryTransaction transaction,
            OperationId id,
            RequestFingerprint fingerprint,
            Response response,
            Duration retention) {
        transaction.write();
        if (transaction.row(id) != null) {
            throw new StoreException(id + " is there already", null);
        }
        Instant now = database.now();
        Completed completed = new Completed(response, now, now.plus(retention));
        transaction.put(
                id, new MemoryRow(new OperationRecord(id, fingerprint, FencingToken.NONE, 1, now, completed), null));
    }

    /** What this database throws, it throws because somebody else was faster. */
    @Override
    public Failure diagnose(Throwable failure) {
        return failure instanceof StoreException ? Failure.RETRY : Failure.OTHER;
    }

    @Override
    public int purgeExpired(int limit) {
        return database.purge(limit);
    }
}
