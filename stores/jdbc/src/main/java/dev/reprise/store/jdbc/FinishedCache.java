package dev.reprise.store.jdbc;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.reprise.OperationId;
import dev.reprise.OperationState.Completed;
import dev.reprise.spi.Acquisition.Existing;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Finished records, which never change until they expire, but that another process may erase their answers: so each is read again
 * after {@link #LONGEST}. The database's time goes on here by elapsed time, so that neither a jump of this machine's clock nor a
 * difference to the database's matters (S28). Thread-safe.
 */
final class FinishedCache {
    static final Duration LONGEST = Duration.ofMinutes(1);

    private static final int OVERHEAD = 512;

    private final Cache<OperationId, Entry> entries;
    private final LongSupplier nanoTime;
    private final AtomicLong erasures = new AtomicLong();

    /** @param readNanos when the record was read with the database's time */
    private record Entry(Existing existing, long readNanos) {}

    FinishedCache(long bytes, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.entries = Caffeine.newBuilder()
                .maximumWeight(bytes)
                .weigher((OperationId id, Entry entry) -> weight(entry.existing()))
                .executor(Runnable::run)
                .build();
    }

    /** About how many bytes it takes; a little if there is nothing. */
    static int weight(@Nullable Existing existing) {
        return existing != null && existing.record().state() instanceof Completed done
                ? OVERHEAD + done.response().body().length()
                : OVERHEAD;
    }

    /** How many answers have been erased here so far. */
    long erasures() {
        return erasures.get();
    }

    /**
     * Keeps the record if it is finished.
     *
     * @param erasuresBefore how many answers had been erased before it was read
     */
    void add(Existing existing, long erasuresBefore) {
        if (existing.record().state() instanceof Completed) {
            Entry read = new Entry(existing, nanoTime.getAsLong());
            entries.asMap()
                    .compute(
                            existing.record().id(), (id, present) -> erasures.get() == erasuresBefore ? read : present);
        }
    }

    /** Forgets the record, and whatever was read before. */
    void erased(OperationId id) {
        erasures.incrementAndGet();
        entries.invalidate(id);
    }

    @Nullable
    Existing find(OperationId id) {
        Entry entry = entries.getIfPresent(id);
        if (entry == null) {
            return null;
        }
        Duration since = Duration.ofNanos(nanoTime.getAsLong() - entry.readNanos());
        Existing existing =
                new Existing(entry.existing().record(), entry.existing().now().plus(since));
        if (since.compareTo(LONGEST) > 0 || existing.record().expiredAt(existing.now())) {
            entries.invalidate(id);
            return null;
        }
        return existing;
    }
}
