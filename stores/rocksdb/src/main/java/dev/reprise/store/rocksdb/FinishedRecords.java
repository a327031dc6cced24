package dev.reprise.store.rocksdb;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.reprise.Headers;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState.Completed;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Finished records in a bounded piece of memory. They never change, so it is never behind the disk. Thread-safe. */
final class FinishedRecords {
    private final Cache<OperationId, OperationRecord> cache;

    /** @param bytes about how many they may take */
    FinishedRecords(long bytes) {
        cache = Caffeine.newBuilder()
                .maximumWeight(bytes)
                .weigher((OperationId id, OperationRecord record) -> weight(record))
                .executor(Runnable::run)
                .build();
    }

    @Nullable
    OperationRecord find(OperationId id, Instant now) {
        OperationRecord cached = cache.getIfPresent(id);
        return cached == null || cached.expiredAt(now) ? null : cached;
    }

    /** Keeps the record if it is finished. */
    void add(@Nullable OperationRecord record) {
        if (record != null && record.state() instanceof Completed) {
            cache.put(record.id(), record);
        }
    }

    /** About how many bytes a record takes in memory. */
    static int weight(@Nullable OperationRecord record) {
        return 512
                + (record != null && record.state() instanceof Completed done
                        ? done.response().body().length()
                                + length(done.response().headers())
                                + length(done.response().trailers())
                        : 0);
    }

    private static int length(Headers headers) {
        int[] length = {0};
        headers.forEach((name, value) -> length[0] += 128 + name.length() + value.length());
        return length[0];
    }
}
