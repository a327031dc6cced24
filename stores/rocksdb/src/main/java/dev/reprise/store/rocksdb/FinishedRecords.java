package dev.reprise.store.rocksdb;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.reprise.Headers;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState.Completed;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Finished records in a bounded piece of memory. Nothing changes them but that their answer is erased, after which nothing is kept that
 * was read before. So it is never behind the disk for longer than that takes. Thread-safe.
 */
final class FinishedRecords {
    private final Cache<OperationId, OperationRecord> cache;
    private final AtomicLong erasures = new AtomicLong();

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

    /** How many answers have been erased so far. */
    long erasures() {
        return erasures.get();
    }

    /**
     * Keeps the record if it is finished.
     *
     * @param erasuresBefore how many answers had been erased before it was read
     */
    void add(@Nullable OperationRecord record, long erasuresBefore) {
        if (record != null && record.state() instanceof Completed) {
            cache.asMap().compute(record.id(), (id, present) -> erasures.get() == erasuresBefore ? record : present);
        }
    }

    /** Forgets the record, and whatever was read before. */
    void erased(OperationId id) {
        erasures.incrementAndGet();
        cache.invalidate(id);
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
