package dev.reprise.store.rocksdb;

import dev.reprise.OperationRecord;
import dev.reprise.spi.OperationQuery;
import dev.reprise.store.rocksdb.Database.Table;
import java.time.Instant;
import java.util.Arrays;
import java.util.NavigableMap;
import java.util.TreeMap;

/** What a query asks for, by key: the part that is in memory, and the part that is on disk. Thread-safe. */
final class Listing {
    private final OperationQuery query;
    private final Records records;
    private final Instant now;
    private final byte[] from;
    private final byte[] prefix;

    Listing(OperationQuery query, Records records) {
        this.query = query;
        this.records = records;
        now = records.now();
        prefix = query.key() == null ? new byte[0] : Keys.prefix(query.key());
        from = query.after() == null ? prefix : behind(Keys.of(query.after()));
    }

    /** The least key behind the one that was listed last. */
    private static byte[] behind(byte[] last) {
        return Arrays.copyOf(last, last.length + 1);
    }

    /** The running and unknown operations that the query asks for, all of them. */
    NavigableMap<byte[], OperationRecord> unfinished() {
        NavigableMap<byte[], OperationRecord> found = new TreeMap<>(Arrays::compareUnsigned);
        for (OperationRecord record : records.unfinished().values()) {
            byte[] key = Keys.of(record.id());
            if (query.kinds().contains(record.state().kind())
                    && hasPrefix(key)
                    && Arrays.compareUnsigned(key, from) >= 0) {
                found.put(key, record);
            }
        }
        return found;
    }

    /** The first finished operations, up to the limit of the query. Not for virtual threads. */
    NavigableMap<byte[], OperationRecord> finished() {
        return records.read(database -> {
            NavigableMap<byte[], OperationRecord> found = new TreeMap<>(Arrays::compareUnsigned);
            database.scan(Table.FINISHED, from, null, (key, value) -> {
                if (!hasPrefix(key)) {
                    return false;
                }
                OperationRecord record = RecordCodec.decode(Keys.id(key), value);
                if (!record.expiredAt(now) && !records.unfinished().containsKey(record.id())) {
                    found.put(key, record);
                }
                return found.size() < query.limit();
            });
            return found;
        });
    }

    private boolean hasPrefix(byte[] key) {
        return key.length >= prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }
}
