package dev.reprise.memory;

import dev.reprise.FencingToken;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Running;
import dev.reprise.Response;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Claim;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.OperationQuery;
import dev.reprise.spi.OperationStore;
import dev.reprise.spi.StoreCapability;
import dev.reprise.spi.StoreException;
import dev.reprise.spi.support.ChangeSignals;
import dev.reprise.spi.support.Transition;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Keeps records in this process's memory: nothing survives a restart, and nothing is shared with other processes.
 *
 * <p>Records are held until they are released or purged, so memory grows with the traffic of one retention.
 * Thread-safe; no call blocks.
 */
public final class MemoryStore implements OperationStore {
    private final ConcurrentHashMap<OperationId, OperationRecord> records = new ConcurrentHashMap<>();
    private final ChangeSignals<OperationId> signals = new ChangeSignals<>();
    private final AtomicLong lastToken = new AtomicLong();
    private final InstantSource clock;
    private volatile boolean closed;

    /** An empty store on the system's clock. */
    public MemoryStore() {
        this(InstantSource.system());
    }

    /** An empty store whose leases and retention follow the given clock. */
    public MemoryStore(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Set<StoreCapability> capabilities() {
        return Set.of(StoreCapability.NOTIFYING);
    }

    @Override
    public Acquisition acquire(Claim claim) {
        Instant now = now();
        OperationRecord present = records.get(claim.id());
        if (present != null && present.state() instanceof Completed && !present.expiredAt(now)) {
            return new Acquisition.Existing(present, now);
        }
        Acquisition acquisition = change(claim.id(), record -> Transition.acquire(record, claim, now, this::nextToken));
        if (acquisition instanceof Acquisition.Acquired(Lease lease) && lease.attempt() > 1) {
            // Whoever waited for the former owner waits for this one now.
            signals.changed(claim.id());
        }
        return acquisition;
    }

    /** Called under the map's lock on the entry, so that an operation's tokens only grow. */
    private FencingToken nextToken() {
        return new FencingToken(lastToken.incrementAndGet());
    }

    @Override
    public LeaseStatus renew(Lease lease) {
        Instant now = now();
        return change(lease.id(), record -> Transition.renew(record, lease, now));
    }

    @Override
    public LeaseStatus complete(Lease lease, Response response, Duration retention) {
        Instant now = now();
        return end(lease.id(), record -> Transition.complete(record, lease, response, retention, now));
    }

    @Override
    public LeaseStatus release(Lease lease) {
        now();
        return end(lease.id(), record -> Transition.release(record, lease));
    }

    @Override
    public LeaseStatus park(Lease lease, String reason) {
        Instant now = now();
        return end(lease.id(), record -> Transition.park(record, lease, reason, now));
    }

    @Override
    public boolean parkAbandoned(OperationId id, FencingToken token, String reason) {
        Instant now = now();
        return end(id, record -> Transition.parkAbandoned(record, token, reason, now));
    }

    @Override
    public boolean startReconciling(OperationId id, FencingToken token, Duration turn) {
        Instant now = now();
        return change(id, record -> Transition.startReconciling(record, token, turn, now));
    }

    @Override
    public boolean eraseAnswer(OperationId id, FencingToken token) {
        Instant now = now();
        return change(id, record -> Transition.eraseAnswer(record, token, now));
    }

    private <R> R end(OperationId id, Rule<R> rule) {
        R result = change(id, rule);
        signals.changed(id);
        return result;
    }

    private <R> R change(OperationId id, Rule<R> rule) {
        Change<R> change = new Change<>(rule);
        records.compute(id, change);
        return change.result();
    }

    @FunctionalInterface
    private interface Rule<R> {
        Transition<R> apply(@Nullable OperationRecord present);
    }

    /** A rule as the map wants it, which remembers the result that the map does not. */
    private static final class Change<R>
            implements BiFunction<OperationId, @Nullable OperationRecord, @Nullable OperationRecord> {
        private final Rule<R> rule;
        private @Nullable Transition<R> done;

        private Change(Rule<R> rule) {
            this.rule = rule;
        }

        @Override
        public @Nullable OperationRecord apply(OperationId id, @Nullable OperationRecord present) {
            Transition<R> transition = rule.apply(present);
            done = transition;
            return transition.after();
        }

        private R result() {
            return Objects.requireNonNull(done).result();
        }
    }

    @Override
    public Optional<OperationRecord> find(OperationId id) {
        Instant now = now();
        return Optional.ofNullable(records.get(id)).filter(record -> !record.expiredAt(now));
    }

    @Override
    public OperationQuery.Page<OperationRecord> list(OperationQuery query) {
        return MemoryListing.of(records.values().stream(), query, now());
    }

    @Override
    public int purgeExpired(int limit) {
        Instant now = now();
        int purged = 0;
        for (OperationRecord record : records.values()) {
            if (purged == limit) {
                break;
            }
            if (record.expiredAt(now) && records.remove(record.id(), record)) {
                purged++;
            }
        }
        return purged;
    }

    @Override
    public void awaitChange(OperationId id, FencingToken token, Duration atMost) throws InterruptedException {
        signals.await(
                id,
                () -> {
                    OperationRecord record = records.get(id);
                    return record != null
                            && record.state() instanceof Running
                            && record.token().equals(token);
                },
                atMost);
    }

    @Override
    public void close() {
        closed = true;
        records.clear();
    }

    /** The store's time; every call asks for it first and so learns that the store is closed. */
    private Instant now() {
        if (closed) {
            throw StoreException.nothingDone("The in-memory store is closed", null);
        }
        return clock.instant();
    }
}
