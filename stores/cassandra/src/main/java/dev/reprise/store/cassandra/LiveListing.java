package dev.reprise.store.cassandra;

import com.datastax.oss.driver.api.core.cql.AsyncResultSet;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Row;
import dev.reprise.FencingToken;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.Scope;
import dev.reprise.spi.OperationQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Lists running and unknown operations: bucket by bucket, each entry looked up. Entries without such an operation, and buckets without
 * entries, are deleted on the way once they are old, so that only what is live costs something. Thread-safe.
 */
final class LiveListing {
    private static final String KIND = "live";
    private static final int LOOKED_UP_TOGETHER = 32;

    private final CqlRecords records;
    private final LiveEntries entries;
    private final TokenSource tokens;
    private final PreparedStatement buckets;
    private final PreparedStatement inBucket;
    private final PreparedStatement deleteBucket;

    LiveListing(CqlRecords records, CqlTables tables, LiveEntries entries, TokenSource tokens) {
        this.records = records;
        this.entries = entries;
        this.tokens = tokens;
        CqlAccess access = records.access();
        buckets = access.prepare("SELECT bucket, shard FROM " + tables.bucket()
                + " WHERE part = 0 AND (bucket, shard) >= (?, ?) LIMIT " + 1_000);
        inBucket = access.prepare(
                "SELECT principal, route, idempotency_key, fencing_token FROM " + tables.live()
                        + " WHERE bucket = ? AND shard = ? AND (fencing_token, principal, route, idempotency_key) > (?, ?, ?, ?) LIMIT ?");
        deleteBucket =
                access.prepare("DELETE FROM " + tables.bucket() + " WHERE part = 0 AND bucket = ? AND shard = ?");
    }

    /** An entry, and behind which of them a listing goes on. */
    private record Entry(long bucket, int shard, long token, String principal, String route, String key) {
        static Entry before(LiveEntries.Bucket bucket) {
            return new Entry(bucket.number(), bucket.shard(), -1, "", "", "");
        }

        OperationId id() {
            return new OperationId(new Scope(principal, route), new IdempotencyKey(key));
        }

        String place() {
            return new CqlPlace(List.of(
                            Long.toString(bucket),
                            Integer.toString(shard),
                            Long.toString(token),
                            principal,
                            route,
                            key))
                    .text(KIND);
        }

        static @Nullable Entry of(OperationQuery query) {
            CqlPlace place = CqlPlace.of(query, KIND, 6);
            if (place == null) {
                return null;
            }
            List<String> parts = place.parts();
            try {
                return new Entry(
                        Long.parseLong(parts.get(0)),
                        Integer.parseInt(parts.get(1)),
                        Long.parseLong(parts.get(2)),
                        parts.get(3),
                        parts.get(4),
                        parts.get(5));
            } catch (NumberFormatException e) {
                throw query.noPlace(e);
            }
        }
    }

    OperationQuery.Page<OperationRecord> page(OperationQuery query) {
        long end = System.nanoTime() + records.access().timeLimit().toNanos() / 2;
        List<OperationRecord> found = new ArrayList<>();
        Entry after = Entry.of(query);
        LiveEntries.Bucket from = new LiveEntries.Bucket(
                after == null ? Long.MIN_VALUE : after.bucket(), after == null ? Integer.MIN_VALUE : after.shard());
        while (true) {
            List<LiveEntries.Bucket> next = buckets(from);
            for (LiveEntries.Bucket bucket : next) {
                Entry begin = after != null && after.bucket() == bucket.number() && after.shard() == bucket.shard()
                        ? after
                        : Entry.before(bucket);
                Entry stopped = collect(bucket, begin, query, found, end);
                if (stopped != null) {
                    return new OperationQuery.Page<>(found, stopped.place());
                }
            }
            if (next.isEmpty()) {
                return new OperationQuery.Page<>(found, null);
            }
            LiveEntries.Bucket last = next.getLast();
            from = new LiveEntries.Bucket(last.number(), last.shard() + 1);
        }
    }

    private List<LiveEntries.Bucket> buckets(LiveEntries.Bucket from) {
        List<LiveEntries.Bucket> found = new ArrayList<>();
        AsyncResultSet rows = read(records.access()
                .readMajority(buckets.bind(from.number(), from.shard()).setPageSize(1_000)));
        rows.currentPage()
                .forEach(row -> found.add(new LiveEntries.Bucket(row.getLong("bucket"), row.getInt("shard"))));
        return found;
    }

    /** Adds what is live; returns where the listing stops, or null if it goes on. */
    private @Nullable Entry collect(
            LiveEntries.Bucket bucket, Entry begin, OperationQuery query, List<OperationRecord> found, long end) {
        Entry last = begin;
        boolean none = begin.token() < 0;
        while (true) {
            int wanted = Math.min(query.limit() - found.size(), LOOKED_UP_TOGETHER) + 1;
            List<Entry> some = entries(last, wanted);
            none &= some.isEmpty();
            List<CompletionStage<Seen>> looks =
                    some.stream().map(entry -> records.majority(entry.id())).toList();
            for (int i = 0; i < some.size(); i++) {
                if (found.size() == query.limit()) {
                    return last;
                }
                last = some.get(i);
                add(last, read(looks.get(i)), query, found);
            }
            if (some.size() < wanted) {
                break;
            }
            if (System.nanoTime() - end >= 0) {
                return last;
            }
        }
        if (none && isOld(bucket)) {
            CompletionStage<AsyncResultSet> unused =
                    records.access().write(deleteBucket.bind(bucket.number(), bucket.shard()));
        }
        // Behind this bucket, as others may follow.
        boolean over = System.nanoTime() - end >= 0;
        return over ? Entry.before(new LiveEntries.Bucket(bucket.number(), bucket.shard() + 1)) : null;
    }

    private void add(Entry entry, Seen seen, OperationQuery query, List<OperationRecord> found) {
        FencingToken token = new FencingToken(entry.token());
        OperationRecord present = seen.present();
        boolean live = present != null && seen.has(token) && !seen.isFinal();
        if (live && present != null && query.kinds().contains(present.state().kind())) {
            found.add(present);
        } else if (!live && isOld(LiveEntries.Bucket.of(token))) {
            // Its claim never landed, or whoever ended it could not say so.
            entries.remove(entry.id(), token);
        }
    }

    private boolean isOld(LiveEntries.Bucket bucket) {
        long endMicros = (bucket.number() + 1) * LiveEntries.BUCKET_MICROS;
        return tokens.nowMicros() - endMicros > Grace.LENGTH.toNanos() / 1_000;
    }

    private List<Entry> entries(Entry after, int most) {
        List<Entry> found = new ArrayList<>();
        AsyncResultSet rows = read(records.access()
                .readMajority(inBucket.bind(
                        after.bucket(),
                        after.shard(),
                        after.token(),
                        after.principal(),
                        after.route(),
                        after.key(),
                        most)));
        for (Row row : rows.currentPage()) {
            OperationId id = SeenRows.id(row);
            found.add(new Entry(
                    after.bucket(),
                    after.shard(),
                    row.getLong("fencing_token"),
                    id.scope().principal(),
                    id.scope().route(),
                    id.key().value()));
        }
        return found;
    }

    private <T> T read(CompletionStage<T> stage) {
        return Awaited.read(stage, records.access().timeLimit());
    }
}
