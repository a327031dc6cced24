package dev.reprise.store.rocksdb;

import dev.reprise.OperationId;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.rocksdb.RocksDBException;

/**
 * What a purge has found to delete, on a thread that reads: the one that writes keeps everybody waiting while it reads.
 *
 * @param entries of the index that have expired
 * @param records those of their records that are there, and have expired
 * @param finishedChanges as it was {@linkplain LiveOperations#finishedChanges before} it was looked: while it stays like that, the records
 *     are what they were found to be
 */
record Overdue(List<Expiries.Expired> entries, Set<OperationId> records, long finishedChanges) {
    /**
     * Looks for it.
     *
     * @param from see {@link Expiries#expired}
     */
    static Overdue find(RocksDatabase database, Expiries.Entry from, Instant now, int atLeast, long finishedChanges)
            throws RocksDBException {
        List<Expiries.Expired> entries = Expiries.expired(database, from, now, atLeast);
        Set<OperationId> records = new HashSet<>();
        for (Expiries.Expired entry : entries) {
            for (OperationId id : entry.ids()) {
                if (AtRest.hasExpired(database, id, Keys.of(id), now)) {
                    records.add(id);
                }
            }
        }
        return new Overdue(entries, records, finishedChanges);
    }
}
