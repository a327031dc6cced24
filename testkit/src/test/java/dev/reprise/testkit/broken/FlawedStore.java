package dev.reprise.testkit.broken;

import dev.reprise.FencingToken;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
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
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A store that is right, and made of parts each of which can be done wrongly instead. */
class FlawedStore implements OperationStore {
    /** The calls that change a record. */
    enum Change {
        ACQUIRE,
        RENEW,
        COMPLETE,
        RELEASE,
        PARK,
        PARK_ABANDONED,
        START_RECONCILING,
        ERASE_ANSWER
    }

    private static final Comparator<OperationId> ORDER = Comparator.<OperationId, String>comparing(
                    id -> id.key().value())
            .thenComparing(id -> id.scope().principal())
            .thenComparing(id -> id.scope().route());

    final Map<OperationId, OperationRecord> records = new ConcurrentHashMap<>();
    final ChangeSignals<OperationId> signals = new ChangeSignals<>();
    private final AtomicLong lastToken = new AtomicLong();
    private final InstantSource clock;
    volatile boolean closed;

    FlawedStore(InstantSource clock) {
        this.clock = clock;
    }

    Instant now() {
        if (closed) {
            throw StoreException.nothingDone("The store is closed", null);
        }
        return clock.instant();
    }

    /** Under which name an operation is kept. */
    OperationId name(OperationId id) {
        return id;
    }

    /** What is written where the rules want a record to be written. */
    @Nullable
    OperationRecord written(Change change, @Nullable OperationRecord before, @Nullable OperationRecord after) {
        return after;
    }

    /** Whether something may come between reading and writing. */
    boolean isTorn(Change change) {
        return false;
    }

    FencingToken nextToken(@Nullable OperationRecord present) {
        return new FencingToken(lastToken.incrementAndGet());
    }

    /** Whether waiters hear of it. */
    boolean isTold(Change change) {
        return true;
    }

    final <R> R change(Change change, OperationId id, Function<@Nullable OperationRecord, Transition<R>> rule) {
        OperationId name = name(id);
        if (!isTorn(change)) {
            synchronized (records) {
                return changed(change, name, rule.apply(records.get(name)), records.get(name));
            }
        }
        OperationRecord before = records.get(name);
        Transition<R> transition = rule.apply(before);
        LockSupport.parkNanos(1_000_000);
        return changed(change, name, transition, before);
    }

    private <R> R changed(Change change, OperationId name, Transition<R> transition, @Nullable OperationRecord before) {
        OperationRecord after = transition.after();
        if (after == null) {
            records.remove(name);
        } else if (!after.equals(before)) {
            OperationRecord written = written(change, before, after);
            if (written != null) {
                records.put(name, written);
            }
        }
        if (isTold(change)) {
            signals.changed(name);
        }
        return transition.result();
    }

    @Override
    public Set<StoreCapability> capabilities() {
        return Set.of(StoreCapability.NOTIFYING);
    }

    @Override
    public Acquisition acquire(Claim claim) {
        Instant now = now();
        return change(
                Change.ACQUIRE,
                claim.id(),
                present -> Transition.acquire(present, claim, now, () -> nextToken(present)));
    }

    @Override
    public LeaseStatus renew(Lease lease) {
        Instant now = now();
        return change(Change.RENEW, lease.id(), present -> Transition.renew(present, lease, now));
    }

    @Override
    public LeaseStatus complete(Lease lease, Response response, Duration retention) {
        Instant now = now();
        return change(
                Change.COMPLETE, lease.id(), present -> Transition.complete(present, lease, response, retention, now));
    }

    @Override
    public LeaseStatus release(Lease lease) {
        now();
        return change(Change.RELEASE, lease.id(), present -> Transition.release(present, lease));
    }

    @Override
    public LeaseStatus park(Lease lease, String reason) {
        Instant now = now();
        return change(Change.PARK, lease.id(), present -> Transition.park(present, lease, reason, now));
    }

    @Override
    public boolean parkAbandoned(OperationId id, FencingToken token, String reason) {
        Instant now = now();
        return change(Change.PARK_ABANDONED, id, present -> Transition.parkAbandoned(present, token, reason, now));
    }

    @Override
    public boolean startReconciling(OperationId id, FencingToken token, Duration turn) {
        Instant now = now();
        return change(Change.START_RECONCILING, id, present -> Transition.startReconciling(present, token, turn, now));
    }

    @Override
    public boolean eraseAnswer(OperationId id, FencingToken token) {
        Instant now = now();
        return change(Change.ERASE_ANSWER, id, present -> Transition.eraseAnswer(present, token, now));
    }

    @Override
    public Optional<OperationRecord> find(OperationId id) {
        Instant now = now();
        return Optional.ofNullable(records.get(name(id))).filter(record -> !record.expiredAt(now));
    }

    @Override
    public OperationQuery.Page<OperationRecord> list(OperationQuery query) {
        Instant now = now();
        OperationId after = query.after();
        List<OperationRecord> found = records.values().stream()
                .filter(record -> !record.expiredAt(now))
                .filter(record -> query.kinds().contains(record.state().kind()))
                .filter(record ->
                        query.key() == null || query.key().equals(record.id().key()))
                .filter(record -> after == null || ORDER.compare(record.id(), after) > 0)
                .sorted(Comparator.comparing(OperationRecord::id, ORDER))
                .limit(query.limit())
                .map(OperationRecord::asListed)
                .toList();
        return query.page(found, OperationRecord::id);
    }

    @Override
    public int purgeExpired(int limit) {
        Instant now = now();
        int purged = 0;
        for (OperationRecord record : List.copyOf(records.values())) {
            if (purged < limit && record.expiredAt(now) && records.remove(name(record.id()), record)) {
                purged++;
            }
        }
        return purged;
    }

    final boolean isRunning(OperationId id) {
        OperationRecord record = records.get(name(id));
        return record != null && record.state() instanceof Running;
    }

    /** Whether it runs under the token. */
    boolean runs(OperationId id, FencingToken token) {
        OperationRecord record = records.get(name(id));
        return record != null
                && record.state() instanceof Running
                && record.token().equals(token);
    }

    @Override
    public void awaitChange(OperationId id, FencingToken token, Duration atMost) throws InterruptedException {
        signals.await(name(id), () -> runs(id, token), atMost);
    }

    @Override
    public void close() {
        closed = true;
        records.clear();
    }
}
