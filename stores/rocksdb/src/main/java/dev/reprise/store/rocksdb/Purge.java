package dev.reprise.store.rocksdb;

import dev.reprise.OperationId;
import dev.reprise.spi.StoreException;
import java.util.List;

/**
 * Deletes records that have expired. It goes on where it stopped the last time: the index keeps what was deleted until its next
 * compaction, and to walk over that from the beginning each time would cost more than the deletion. What may have come behind that place is
 * looked for at the end. Thread-safe.
 */
final class Purge {
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
            List<Expiries.Expired> expired = store.expired(next, limit - purged);
            if (expired.isEmpty()) {
                break;
            }
            for (int i = 0; i < expired.size() && purged < limit; i++) {
                next = expired.get(i).entry();
                purged += of(expired.get(i), limit - purged);
            }
            place = next;
        }
        return purged;
    }

    /** In a change of its own for each entry, so that others wait for no more than that. */
    private int of(Expiries.Expired expired, int limit) {
        List<OperationId> ids = expired.ids();
        int size = Math.min(ids.size(), limit);
        return store.change(batch -> {
            int purged = batch.purge(ids.subList(0, size));
            batch.shorten(expired.entry(), ids.subList(size, ids.size()));
            return purged;
        });
    }
}
