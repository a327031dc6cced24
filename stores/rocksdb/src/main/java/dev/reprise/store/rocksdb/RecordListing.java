package dev.reprise.store.rocksdb;

import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState;
import dev.reprise.spi.OperationQuery;
import dev.reprise.store.rocksdb.RocksDatabase.Table;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.rocksdb.RocksDBException;

/** What a query asks for, by key: the part that is in memory, and the parts that are on disk up to the query's limit. */
final class RecordListing {
    private final OperationQuery query;
    private final Records records;
    private final Instant now;
    private final byte[] from;
    private final byte[] prefix;
    private final NavigableMap<byte[], OperationRecord> found = new TreeMap<>(Arrays::compareUnsigned);

    RecordListing(OperationQuery query, Records records) {
        this.query = query;
        this.records = records;
        now = records.now();
        prefix = query.key() == null ? new byte[0] : Keys.prefix(query.key());
        OperationId after = query.after();
        from = after == null ? prefix : behind(Keys.of(after));
    }

    /** The least key behind the one that was listed last. */
    private static byte[] behind(byte[] last) {
        return Arrays.copyOf(last, last.length + 1);
    }

    /** The records that are asked for. Not for virtual threads. */
    OperationQuery.Page<OperationRecord> find() {
        // Memory before and after the disk: operations move from the one to the other, and back.
        addLive();
        for (OperationState.Kind kind : query.kinds()) {
            addAtRest(
                    switch (kind) {
                        case RUNNING -> Table.ABANDONED;
                        case UNKNOWN -> Table.UNKNOWN;
                        case COMPLETED -> Table.FINISHED;
                    });
        }
        addLive();
        List<OperationRecord> listed = found.values().stream()
                .limit(query.limit())
                .map(OperationRecord::asListed)
                .toList();
        return query.page(listed, OperationRecord::id);
    }

    private void addLive() {
        for (OperationRecord record : records.live().values()) {
            byte[] key = Keys.of(record.id());
            if (query.kinds().contains(record.state().kind())
                    && hasPrefix(key)
                    && Arrays.compareUnsigned(key, from) >= 0) {
                found.put(key, record);
            }
        }
    }

    private void addAtRest(Table table) {
        records.read(database -> {
            addAtRest(database, table);
            return table;
        });
    }

    private void addAtRest(RocksDatabase database, Table table) throws RocksDBException {
        int[] left = {query.limit()};
        database.scan(table, from, null, (key, value) -> {
            if (!hasPrefix(key)) {
                return false;
            }
            OperationRecord record = AtRest.decode(Keys.id(key), value, now).asListed();
            if (!record.expiredAt(now) && !records.live().containsKey(record.id())) {
                found.put(key, record);
                left[0]--;
            }
            return left[0] > 0;
        });
    }

    private boolean hasPrefix(byte[] key) {
        return key.length >= prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }
}
