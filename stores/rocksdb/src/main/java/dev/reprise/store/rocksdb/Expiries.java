package dev.reprise.store.rocksdb;

import dev.reprise.OperationId;
import dev.reprise.store.rocksdb.RocksDatabase.Table;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * When finished operations expire, on the disk: per batch entries for each time of expiry, with the keys of the records that
 * expire then. Entries are sorted by time. They are small, because who deletes an entry's records may keep all others waiting.
 */
final class Expiries {
    /**
     * Records that have expired.
     *
     * @param entry the key of their entry
     * @param ids which they are
     */
    record Expired(Entry entry, List<OperationId> ids) {}

    /**
     * The key of an entry.
     *
     * @param millis the time of expiry, rounded up so that nothing is found before it has expired
     * @param number distinguishes the entries of one time
     */
    record Entry(long millis, long number) {
        /** In front of all others. */
        static final Entry FIRST = new Entry(0, 0);

        byte[] key() {
            return new Encoder(16).sortable(millis).sortable(number).toBytes();
        }

        static Entry of(byte[] key) {
            Decoder decoder = new Decoder(key);
            return new Entry(decoder.sortable(), decoder.sortable());
        }
    }

    /** Records of an entry. */
    static final int MOST = 25;

    /** An entry to be written. */
    private static final class Collected {
        private final long millis;
        private final Encoder keys = new Encoder(2048);
        private int size;

        private Collected(long millis) {
            this.millis = millis;
        }
    }

    private static final Instant LAST = Instant.ofEpochMilli(Long.MAX_VALUE).minusSeconds(1);

    private final List<Collected> collected = new ArrayList<>();
    /** Those of the collected ones that have room, by their time. */
    private final Map<Long, Collected> open = new HashMap<>();

    private long lastNumber;

    /** @param firstNumber greater than the numbers of all entries that were ever written */
    Expiries(long firstNumber) {
        lastNumber = firstNumber;
    }

    void add(byte[] recordKey, Instant expiresAt) {
        Instant entry = expiresAt.isBefore(LAST) ? expiresAt.plusNanos(999_999) : LAST;
        Collected last = open.computeIfAbsent(entry.toEpochMilli(), millis -> {
            collected.add(new Collected(millis));
            return collected.getLast();
        });
        last.keys.counted(recordKey);
        if (++last.size == MOST) {
            open.remove(last.millis);
        }
    }

    /** Adds the entries for what was collected. */
    void append(RocksDatabase database, WriteBatch batch) throws RocksDBException {
        for (Collected entry : collected) {
            byte[] key = new Entry(entry.millis, ++lastNumber).key();
            database.put(batch, Table.EXPIRY, key, entry.keys.toBytes());
        }
        collected.clear();
        open.clear();
    }

    /** The entries that have expired, the first of them or one behind it first, with at least the given number of records if there are so many. */
    static List<Expired> expired(RocksDatabase database, Entry from, Instant now, int atLeast) throws RocksDBException {
        List<Expired> found = new ArrayList<>();
        int[] records = {0};
        byte[] end = new Entry(now.toEpochMilli() + 1, 0).key();
        database.scan(Table.EXPIRY, from.key(), end, (key, value) -> {
            List<OperationId> ids = new ArrayList<>();
            for (Decoder decoder = new Decoder(value); decoder.hasMore(); ) {
                ids.add(Keys.id(decoder.counted()));
            }
            found.add(new Expired(Entry.of(key), ids));
            records[0] += ids.size();
            return records[0] < atLeast;
        });
        return found;
    }

    /** Writes what is left of an entry, or deletes it if nothing is. */
    static void replace(RocksDatabase database, WriteBatch batch, Entry entry, List<OperationId> left)
            throws RocksDBException {
        if (left.isEmpty()) {
            database.delete(batch, Table.EXPIRY, entry.key());
            return;
        }
        Encoder ids = new Encoder(128 * left.size());
        left.forEach(id -> ids.counted(Keys.of(id)));
        database.put(batch, Table.EXPIRY, entry.key(), ids.toBytes());
    }
}
