package dev.reprise.store.rocksdb;

import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState.Running;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.StampedLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The operations that run, in memory: as far as they are written, for the thread that writes, and as far as they are
 * durable, for everybody. There are as many as are worked on, since all others are {@link AtRest}.
 */
final class LiveOperations {
    private final Map<OperationId, OperationRecord> written = new HashMap<>();
    /** Also holds what was at rest before a change that is on its way to the disk, which shows the change already. */
    private final Map<OperationId, OperationRecord> durable = new ConcurrentHashMap<>();

    private final AtomicLong finishedChanges = new AtomicLong();
    /** Held for writing while operations leave memory. */
    private final StampedLock leaving = new StampedLock();

    private final Consumer<OperationId> onChange;

    /** @param onChange gets each change after it can be read */
    LiveOperations(Consumer<OperationId> onChange) {
        this.onChange = onChange;
    }

    /** The running operations as far as they are written. For the writing thread. */
    Map<OperationId, OperationRecord> written() {
        return written;
    }

    /** What memory knows of operations and is durable. Safe to read from any thread. */
    Map<OperationId, OperationRecord> durable() {
        return durable;
    }

    /**
     * The record as far as it is durable.
     *
     * @param atRest reads the disk, where changes may be seen that are not yet durable; memory still knows what was before
     *     them
     */
    @Nullable
    OperationRecord find(OperationId id, Supplier<@Nullable OperationRecord> atRest) {
        long stamp = leaving.tryOptimisticRead();
        OperationRecord found = lookUp(id, atRest);
        if (found != null || leaving.validate(stamp)) {
            return found;
        }
        // It may have left memory just after it was not on the disk.
        stamp = leaving.readLock();
        try {
            return lookUp(id, atRest);
        } finally {
            leaving.unlockRead(stamp);
        }
    }

    private @Nullable OperationRecord lookUp(OperationId id, Supplier<@Nullable OperationRecord> atRest) {
        OperationRecord resting = atRest.get();
        // Asked last: an operation leaves memory only when its end is durable.
        OperationRecord live = durable.get(id);
        return live != null ? live : resting;
    }

    /** Whether a change that put the operation to rest is written and not yet durable. For the writing thread. */
    boolean comesToRest(OperationId id) {
        return durable.containsKey(id) && !written.containsKey(id);
    }

    /** Keeps showing what was at rest until the change that is about to be written is durable. */
    void shield(Map<OperationId, OperationRecord> atRest) {
        durable.putAll(atRest);
    }

    /**
     * How often finished records, which lie on the disk alone, were taken away or replaced there. While this stays the same, those that were
     * found there are still what they were.
     */
    long finishedChanges() {
        return finishedChanges.get();
    }

    /** Some were, and whoever reads the disk from now on sees it. */
    void finishedChanged() {
        finishedChanges.incrementAndGet();
    }

    /** Takes over what runs after a batch, now that it is written. */
    void written(Map<OperationId, Optional<OperationRecord>> changes) {
        update(written, changes);
    }

    /** Shows what runs after a batch, now that it is durable. */
    void publish(Map<OperationId, Optional<OperationRecord>> changes) {
        long stamp = leaving.writeLock();
        try {
            update(durable, changes);
        } finally {
            leaving.unlockWrite(stamp);
        }
        changes.keySet().forEach(onChange);
    }

    private static void update(
            Map<OperationId, OperationRecord> live, Map<OperationId, Optional<OperationRecord>> changes) {
        changes.forEach((id, after) -> after.filter(record -> record.state() instanceof Running)
                .ifPresentOrElse(record -> live.put(id, record), () -> live.remove(id)));
    }

    /** Starts from what runs by the disk, but for leases that were renewed, which only memory knows. */
    void read(Map<OperationId, OperationRecord> running) {
        written.clear();
        finishedChanged();
        running.forEach((id, read) -> {
            OperationRecord known = durable.get(id);
            boolean same = known != null
                    && known.state() instanceof Running
                    && known.token().equals(read.token());
            written.put(id, same ? known : read);
        });
    }

    /** Shows what is written and nothing else, all of it being durable. */
    void publishAll() {
        Map<OperationId, Optional<OperationRecord>> changes = new HashMap<>();
        Set.copyOf(durable.keySet()).forEach(id -> changes.put(id, Optional.empty()));
        written.forEach((id, record) -> changes.put(id, Optional.of(record)));
        publish(changes);
    }
}
