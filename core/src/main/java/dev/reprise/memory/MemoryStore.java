package dev.reprise.memory;

import dev.reprise.FencingToken;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Running;
import dev.reprise.OperationState.Unknown;
import dev.reprise.Response;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.ChangeSignals;
import dev.reprise.spi.Claim;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.OperationQuery;
import dev.reprise.spi.OperationStore;
import dev.reprise.spi.StoreCapabilities;
import dev.reprise.spi.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps records in this process's memory: nothing survives a restart, and nothing is shared with other processes.
 *
 * <p>Records are held until they are released or purged, so memory grows with the traffic of one retention.
 * Thread-safe; no call blocks.
 */
public final class MemoryStore implements OperationStore {
    private static final StoreCapabilities CAPABILITIES = new StoreCapabilities(true, true, true);
    private static final Comparator<OperationId> LISTING_ORDER = Comparator.<OperationId, String>comparing(
                    id -> id.key().value())
            .thenComparing(id -> id.scope().principal())
            .thenComparing(id -> id.scope().route());

    private final ConcurrentHashMap<OperationId, OperationRecord> records = new ConcurrentHashMap<>();
    private final ChangeSignals signals = new ChangeSignals();
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
    public StoreCapabilities capabilities() {
        return CAPABILITIES;
    }

    @Override
    public Acquisition acquire(Claim claim) {
        Instant now = now();
        OperationRecord present = records.get(claim.id());
        if (present != null && !claimable(present, claim, now)) {
            return new Acquisition.Existing(present, now);
        }
        // The token is drawn under the map's lock on the entry, so that an operation's tokens only grow.
        OperationRecord held = records.compute(
                claim.id(),
                (id, current) ->
                        current == null || claimable(current, claim, now) ? claimed(claim, current, now) : current);
        if (held.state() instanceof Running running && running.owner().equals(claim.owner())) {
            return new Acquisition.Acquired(new Lease(claim.id(), held.token(), held.attempt(), claim.lease()));
        }
        return new Acquisition.Existing(held, now);
    }

    private static boolean claimable(OperationRecord present, Claim claim, Instant now) {
        return switch (present.state()) {
            case Completed ignored -> present.expiredAt(now);
            case Unknown ignored -> present.token().equals(claim.takeOverFrom());
            case Running running ->
                running.owner().equals(claim.owner())
                        || (present.token().equals(claim.takeOverFrom()) && present.abandonedAt(now));
        };
    }

    private OperationRecord claimed(Claim claim, @Nullable OperationRecord previous, Instant now) {
        if (previous == null || previous.state() instanceof Completed) {
            return running(claim, 1, now, now);
        }
        boolean claimedBefore =
                previous.state() instanceof Running running && running.owner().equals(claim.owner());
        return claimedBefore ? previous : running(claim, previous.attempt() + 1, previous.createdAt(), now);
    }

    private OperationRecord running(Claim claim, int attempt, Instant createdAt, Instant now) {
        return new OperationRecord(
                claim.id(),
                claim.fingerprint(),
                new FencingToken(lastToken.incrementAndGet()),
                attempt,
                createdAt,
                new Running(claim.owner(), now.plus(claim.lease())));
    }

    @Override
    public LeaseStatus renew(Lease lease) {
        Instant leaseEnd = now().plus(lease.length());
        return writeAsOwner(
                lease,
                OperationState.Kind.RUNNING,
                record -> record.state() instanceof Running running
                        ? record.with(new Running(running.owner(), leaseEnd))
                        : record);
    }

    @Override
    public LeaseStatus complete(Lease lease, Response response, Duration retention) {
        Instant now = now();
        return end(lease, new Completed(response, now, now.plus(retention)));
    }

    @Override
    public LeaseStatus park(Lease lease, String reason) {
        return end(lease, new Unknown(reason, now()));
    }

    private LeaseStatus end(Lease lease, OperationState state) {
        LeaseStatus status = writeAsOwner(lease, state.kind(), record -> record.with(state));
        signals.changed(lease.id());
        return status;
    }

    @Override
    public LeaseStatus release(Lease lease) {
        now();
        OperationRecord left = records.computeIfPresent(
                lease.id(), (id, record) -> runningUnder(record, lease.token()) ? null : record);
        signals.changed(lease.id());
        return left == null ? LeaseStatus.HELD : LeaseStatus.LOST;
    }

    /** Changes the record if the lease's token still runs it; a state already reached by that token counts as held. */
    private LeaseStatus writeAsOwner(Lease lease, OperationState.Kind target, UnaryOperator<OperationRecord> change) {
        OperationRecord after = records.computeIfPresent(
                lease.id(), (id, record) -> runningUnder(record, lease.token()) ? change.apply(record) : record);
        return after != null
                        && after.token().equals(lease.token())
                        && after.state().kind() == target
                ? LeaseStatus.HELD
                : LeaseStatus.LOST;
    }

    private static boolean runningUnder(OperationRecord record, FencingToken token) {
        return record.state() instanceof Running && record.token().equals(token);
    }

    @Override
    public Optional<OperationRecord> find(OperationId id) {
        Instant now = now();
        return Optional.ofNullable(records.get(id)).filter(record -> !record.expiredAt(now));
    }

    @Override
    public List<OperationRecord> list(OperationQuery query) {
        Instant now = now();
        return records.values().stream()
                .filter(record -> !record.expiredAt(now))
                .filter(record -> query.kinds().contains(record.state().kind()))
                .filter(record ->
                        query.key() == null || query.key().equals(record.id().key()))
                .filter(record -> query.after() == null || LISTING_ORDER.compare(record.id(), query.after()) > 0)
                .sorted(Comparator.comparing(OperationRecord::id, LISTING_ORDER))
                .limit(query.limit())
                .toList();
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
                    return record != null && runningUnder(record, token);
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
            throw new StoreException("The in-memory store is closed", null);
        }
        return clock.instant();
    }
}
