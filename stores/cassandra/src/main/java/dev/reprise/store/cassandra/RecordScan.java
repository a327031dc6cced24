package dev.reprise.store.cassandra;

import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.PagingState;
import com.datastax.oss.driver.api.core.cql.Row;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationRecord;
import dev.reprise.spi.OperationQuery;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lists records by reading all of them, a part of the ring after the other: for finished ones, and for those of one key, which the
 * servers sift. Each page takes half of the time limit at most, so on large tables pages may be empty although others follow.
 * Thread-safe.
 */
final class RecordScan {
    private static final String KIND = "scan";
    private static final int PARTS = 64;
    private static final int MOST_IN_A_PAGE = 1_000;

    private final CqlRecords records;

    RecordScan(CqlRecords records) {
        this.records = records;
    }

    OperationQuery.Page<OperationRecord> page(OperationQuery query) {
        long end = System.nanoTime() + records.access().timeLimit().toNanos() / 2;
        CqlPlace place = CqlPlace.of(query, KIND, 2);
        List<OperationRecord> found = new ArrayList<>();
        int first = place == null ? 0 : part(query, place);
        PagingState from = place == null ? null : pagingState(query, place);
        for (int part = first; part < PARTS; part++) {
            do {
                AsyncResultSet rows = read(query, part, from, query.limit() - found.size());
                for (Row row : rows.currentPage()) {
                    OperationRecord present = SeenRows.seen(row).present();
                    if (present != null
                            && query.kinds().contains(present.state().kind())) {
                        found.add(present.asListed());
                    }
                }
                from = rows.hasMorePages() ? rows.getExecutionInfo().getSafePagingState() : null;
                boolean enough = found.size() == query.limit() || System.nanoTime() - end >= 0;
                if (enough && (from != null || part < PARTS - 1)) {
                    return new OperationQuery.Page<>(found, next(from == null ? part + 1 : part, from));
                }
            } while (from != null);
        }
        return new OperationQuery.Page<>(found, null);
    }

    private AsyncResultSet read(OperationQuery query, int part, @Nullable PagingState from, int wanted) {
        IdempotencyKey key = query.key();
        BoundStatement statement = records.statements()
                .scan(bound(part), bound(part + 1), key == null ? null : key.value())
                .setPageSize(Math.min(wanted, MOST_IN_A_PAGE));
        BoundStatement placed;
        try {
            placed = from == null ? statement : statement.setPagingState(from);
        } catch (IllegalArgumentException e) {
            throw query.noPlace(e);
        }
        return Awaited.read(
                records.access().readMajority(placed), records.access().timeLimit());
    }

    /** The tokens of the ring are all longs; no key has the smallest one. */
    private static long bound(int part) {
        return part == PARTS ? Long.MAX_VALUE : Long.MIN_VALUE + part * (Long.MAX_VALUE / PARTS + 1) * 2;
    }

    private static String next(int part, @Nullable PagingState from) {
        return new CqlPlace(List.of(Integer.toString(part), from == null ? "" : from.toString())).text(KIND);
    }

    private static int part(OperationQuery query, CqlPlace place) {
        try {
            int part = Integer.parseInt(place.parts().getFirst());
            if (part >= 0 && part < PARTS) {
                return part;
            }
        } catch (NumberFormatException e) {
            throw query.noPlace(e);
        }
        throw query.noPlace(null);
    }

    private static @Nullable PagingState pagingState(OperationQuery query, CqlPlace place) {
        String text = place.parts().getLast();
        try {
            return text.isEmpty() ? null : PagingState.fromString(text);
        } catch (IllegalArgumentException e) {
            throw query.noPlace(e);
        }
    }
}
