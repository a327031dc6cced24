package dev.reprise.store.rocksdb;

import dev.reprise.OperationId;
import dev.reprise.spi.StoreException;
import java.util.List;
import org.rocksdb.RocksDBException;

/**
 * Deletes records that have expired. It goes on where it stopped the last time: the index keeps what was deleted until its next
 * compaction, and to walk over that from the beginning each time would cost more than the deletion. What may have come behind that place is
 * looked for at the end. Thread-safe.
 */
final class Purge {
    /** Others wait for so many to be read, or deleted; and a slow disk has to give them within the time limit of a call. */
    private static final int MOST_AT_ONCE = 100;

    private final RocksDbStore store;
    /** Where it begins the next time: a hint, which need not be right. */
    private volatile Expiries.Entry place = Expiries.Entry.FIRST;

    Purge(RocksDbStore store) {
        this.store = store;
    }

    /** Deletes at most so many, and returns how many; fewer if there are no more. */
    int of(int limit) {
        Expiries.Entry from = place;
        try {
            int purged = of(from, limit);
            return purged == limit || from.equals(Expiries.Entry.FIRST)
                    ? purged
                    : purged + of(Expiries.Entry.FIRST, limit - purged);
        } catch (StoreException e) {
            // What was deleted and is not durable may be there again.
            place = Expiries.Entry.FIRST;
            throw e;
        }
    }

    private int of(Expiries.Entry from, int limit) {
        Expiries.Entry next = from;
        int purged = 0;
        while (purged < limit) {
            int room = Math.min(limit - purged, MOST_AT_ONCE);
            Overdue overdue = store.overdue(next, room);
            if (overdue.entries().isEmpty()) {
                break;
            }
            Step step = store.change(batch -> of(batch, overdue, room));
            purged += step.purged();
            next = step.last();
            place = next;
        }
        return purged;
    }

    /**
     * A part of a purge.
     *
     * @param last the entry at which it ended, of which something may be left
     */
    record Step(int purged, Expiries.Entry last) {}

    /** Deletes what was found. If that may have changed, the records are read once more, and of one entry alone, since everybody waits for it. */
    static Step of(Batch batch, Overdue overdue, int limit) throws RocksDBException {
        List<Expiries.Expired> entries = batch.isAsFound(overdue)
                ? overdue.entries()
                : List.of(overdue.entries().getFirst());
        Step step = new Step(0, entries.getFirst().entry());
        for (Expiries.Expired expired : entries) {
            int room = limit - step.purged();
            if (room == 0) {
                break;
            }
            List<OperationId> ids = expired.ids();
            int size = Math.min(ids.size(), room);
            int purged = batch.purge(ids.subList(0, size), overdue);
            batch.shorten(expired.entry(), ids.subList(size, ids.size()));
            step = new Step(step.purged() + purged, expired.entry());
        }
        return step;
    }
}
