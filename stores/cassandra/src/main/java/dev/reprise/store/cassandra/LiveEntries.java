package dev.reprise.store.cassandra;

import com.datastax.oss.driver.api.core.cql.BatchStatement;
import com.datastax.oss.driver.api.core.cql.BatchStatementBuilder;
import com.datastax.oss.driver.api.core.cql.BatchType;
import com.datastax.oss.driver.api.core.cql.BatchableStatement;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import dev.reprise.FencingToken;
import dev.reprise.OperationId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Says which operations may not have ended, for listings: an entry for each claim, until its end. Entries are hints, and each is looked
 * up. So they are written plainly; the insertion of an entry counts as made at the time of its token, and the deletion a moment later,
 * whoever makes them and in whichever order they arrive.
 *
 * <p>One write is on its way at a time, and what comes in meanwhile is written together: nearly all of it lies in one partition, which
 * is that of ten seconds and of this process. Thread-safe; nothing blocks.
 */
final class LiveEntries {
    static final long BUCKET_MICROS = 10_000_000;
    private static final int MOST_AT_ONCE = 200;

    /** A partition of entries. */
    record Bucket(long number, int shard) {
        static Bucket of(FencingToken token) {
            return new Bucket(TokenSource.micros(token) / BUCKET_MICROS, TokenSource.shard(token));
        }
    }

    /** @param done what waits for it */
    private record Change(OperationId id, FencingToken token, boolean put, CompletableFuture<Boolean> done) {}

    private final CqlAccess access;
    private final PreparedStatement insert;
    private final PreparedStatement delete;
    private final PreparedStatement insertBucket;
    private final Deque<Change> waiting = new ArrayDeque<>();
    private boolean busy;
    private volatile @Nullable Bucket known;

    LiveEntries(CqlAccess access, CqlTables tables) {
        this.access = access;
        insert = access.prepare(
                "INSERT INTO " + tables.live()
                        + " (bucket, shard, fencing_token, principal, route, idempotency_key) VALUES (?, ?, ?, ?, ?, ?) USING TIMESTAMP ?");
        delete =
                access.prepare("DELETE FROM " + tables.live() + " USING TIMESTAMP ? WHERE bucket = ? AND shard = ? AND "
                        + "fencing_token = ? AND principal = ? AND route = ? AND idempotency_key = ?");
        insertBucket = access.prepare("INSERT INTO " + tables.bucket() + " (part, bucket, shard) VALUES (0, ?, ?)");
    }

    /** Writes the entry of a claim. The stage comes when it is there, or could not be written. */
    CompletionStage<Boolean> put(OperationId id, FencingToken token) {
        Change change = new Change(id, token, true, new CompletableFuture<>());
        add(change);
        return change.done();
    }

    /** Deletes the entry of an operation that has ended, or has another token. */
    void remove(OperationId id, FencingToken token) {
        add(new Change(id, token, false, new CompletableFuture<>()));
    }

    private void add(Change change) {
        synchronized (waiting) {
            waiting.add(change);
            if (busy) {
                return;
            }
            busy = true;
        }
        writeWaiting();
    }

    private void writeWaiting() {
        List<Change> taken = new ArrayList<>();
        synchronized (waiting) {
            while (!waiting.isEmpty() && taken.size() < MOST_AT_ONCE) {
                taken.add(waiting.remove());
            }
            if (taken.isEmpty()) {
                busy = false;
                return;
            }
        }
        CompletionStage<Boolean> unused = write(taken).handle((ignored, failure) -> {
            try {
                taken.forEach(change -> change.done().complete(failure == null));
            } finally {
                writeWaiting();
            }
            return true;
        });
    }

    private CompletionStage<Void> write(List<Change> changes) {
        try {
            Map<Bucket, BatchStatementBuilder> batches = new LinkedHashMap<>();
            List<CompletionStage<?>> written = new ArrayList<>();
            for (Change change : changes) {
                Bucket bucket = Bucket.of(change.token());
                if (change.put() && !bucket.equals(known)) {
                    written.add(access.write(insertBucket.bind(bucket.number(), bucket.shard()))
                            .thenAccept(ignored -> known = bucket));
                }
                batches.computeIfAbsent(bucket, ignored -> BatchStatement.builder(BatchType.UNLOGGED))
                        .addStatement(statement(change, bucket));
            }
            batches.values().forEach(batch -> written.add(access.write(batch.build())));
            return CompletableFuture.allOf(
                    written.stream().map(CompletionStage::toCompletableFuture).toArray(CompletableFuture[]::new));
        } catch (Throwable e) {
            // Whatever it is, what comes in meanwhile waits for the end of this write.
            return CompletableFuture.failedFuture(e);
        }
    }

    private BatchableStatement<?> statement(Change change, Bucket bucket) {
        OperationId id = change.id();
        long timestamp = TokenSource.micros(change.token()) * 2;
        return change.put()
                ? insert.bind(
                        bucket.number(),
                        bucket.shard(),
                        change.token().value(),
                        id.scope().principal(),
                        id.scope().route(),
                        id.key().value(),
                        timestamp)
                : delete.bind(
                        timestamp + 1,
                        bucket.number(),
                        bucket.shard(),
                        change.token().value(),
                        id.scope().principal(),
                        id.scope().route(),
                        id.key().value());
    }
}
