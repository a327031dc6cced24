package dev.reprise.spi.support;

import dev.reprise.FencingToken;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Running;
import dev.reprise.OperationState.Unknown;
import dev.reprise.Owner;
import dev.reprise.Response;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Acquisition.Acquired;
import dev.reprise.spi.Claim;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.OperationQuery;
import dev.reprise.spi.OperationStore;
import dev.reprise.spi.StoreCapability;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/**
 * A store whose records are still moving in from another one, so that nothing is executed twice on the way.
 *
 * <p>How it works:
 *
 * <ol>
 *   <li>Nobody executes on the source any more: it is only read. That is for the operator to see to.
 *   <li>Before anything is decided about an operation, its record is brought over, if the source has one and the target has not.
 *   <li>That happens under a claim of its own in the target. What was completed is completed there, for the rest of its
 *       retention. What was running or unknown is unknown there: nobody can tell what its owner did.
 *   <li>What is not completed leaves the source as soon as the target has it, if the source was given up for good. Otherwise a key that
 *       somebody makes new in the target would be taken by its old record again.
 *   <li>Who brings a record and dies leaves a running one, recognised by its owner. The next one who comes brings it again, and nobody
 *       else may take it over.
 *   <li>{@link #bringAll} walks over the source; from then on only the target is asked, and it can be used alone.
 * </ol>
 *
 * <p>Fencing tokens and attempts begin anew in the target. Listings show the target. Thread-safe; calls block.
 */
public final class MovingStore implements OperationStore {
    private static final String MOVER = "reprise-mover-";
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final Duration LOOK = Duration.ofMillis(200);
    private static final int PAGE = 100;

    private final OperationStore target;
    private final OperationStore source;
    private final InstantSource clock;
    private final boolean emptying;
    private final String node = MOVER + UUID.randomUUID();
    private final AtomicLong claims = new AtomicLong();
    private volatile boolean moved;

    private MovingStore(OperationStore target, OperationStore source, InstantSource clock, boolean emptying) {
        this.target = target;
        this.source = source;
        this.clock = clock;
        this.emptying = emptying;
    }

    /**
     * A store that was begun to be used in place of the source, which is given up: there is no way back. Both are closed with this one.
     *
     * @param clock by which is counted how long completed records still have; its difference to the stores' clocks lengthens or
     *     shortens that
     */
    public static MovingStore replacing(OperationStore source, OperationStore target, InstantSource clock) {
        return new MovingStore(target, source, clock, true);
    }

    /** The same, where the source stays as it is: for a copy that is made before the target is used. */
    public static MovingStore copying(OperationStore source, OperationStore target, InstantSource clock) {
        return new MovingStore(target, source, clock, false);
    }

    private enum Bringing {
        NOTHING,
        BROUGHT,
        /** Somebody else is at it. */
        BUSY
    }

    /**
     * Brings all records over, and returns how many there were. Can be broken off by an interrupt, and done again.
     *
     * @param progress told now and then how many have been looked at
     */
    public long bringAll(LongConsumer progress) throws InterruptedException {
        long brought = 0;
        long seen = 0;
        Deque<OperationId> busy = new ArrayDeque<>();
        OperationQuery query = OperationQuery.of(EnumSet.allOf(OperationState.Kind.class), PAGE);
        OperationQuery.Page<OperationRecord> page;
        do {
            page = source.list(query);
            for (OperationRecord record : page.items()) {
                switch (bring(record.id())) {
                    case NOTHING -> {}
                    case BROUGHT -> brought++;
                    case BUSY -> busy.add(record.id());
                }
            }
            seen += page.items().size();
            progress.accept(seen);
            query = query.from(page.next());
            if (Thread.interrupted()) {
                throw new InterruptedException("Interrupted while records move");
            }
        } while (page.next() != null);
        for (OperationId id = busy.poll(); id != null; id = busy.poll()) {
            switch (bring(id)) {
                case NOTHING -> {}
                case BROUGHT -> brought++;
                case BUSY -> {
                    busy.add(id);
                    Thread.sleep(LOOK);
                }
            }
        }
        moved = true;
        return brought;
    }

    /** Whether all records have been brought over, so that the target can be used alone. */
    public boolean isMoved() {
        return moved;
    }

    private Bringing bring(OperationId id) {
        OperationRecord old = moved ? null : source.find(id).orElse(null);
        if (old == null) {
            return Bringing.NOTHING;
        }
        OperationRecord there = target.find(id).orElse(null);
        if (there != null && !isMoving(there)) {
            // Whoever brought it may have died before this.
            leaveSource(old);
            return Bringing.NOTHING;
        }
        FencingToken former = there == null ? FencingToken.NONE : there.token();
        Owner owner = new Owner(node, claims.incrementAndGet());
        Claim claim = new Claim(id, old.fingerprint(), owner, LEASE, former);
        return switch (target.acquire(claim)) {
            case Acquired(Lease lease) -> bring(old, lease);
            case Acquisition.Existing existing -> isMoving(existing.record()) ? Bringing.BUSY : Bringing.NOTHING;
        };
    }

    private Bringing bring(OperationRecord old, Lease lease) {
        LeaseStatus status = switch (old.state()) {
            case Completed completed -> {
                Duration left = Duration.between(clock.instant(), completed.expiresAt());
                yield left.isPositive() ? target.complete(lease, completed.response(), left) : target.release(lease);
            }
            case Unknown unknown -> target.park(lease, unknown.reason());
            case Running running ->
                target.park(
                        lease, "It was running in another store, which was given up; its owner was " + running.owner());
        };
        if (status == LeaseStatus.LOST) {
            return Bringing.BUSY;
        }
        leaveSource(old);
        return Bringing.BROUGHT;
    }

    /** For what is durable in the target. What was completed stays, and expires: nobody makes its key new before. */
    private void leaveSource(OperationRecord old) {
        if (emptying && !(old.state() instanceof Completed)) {
            source.release(new Lease(old.id(), old.token(), old.attempt(), LEASE));
        }
    }

    private static boolean isMoving(OperationRecord record) {
        return record.state() instanceof Running running
                && running.owner().node().startsWith(MOVER);
    }

    @Override
    public Set<StoreCapability> capabilities() {
        return target.capabilities();
    }

    @Override
    public Acquisition acquire(Claim claim) {
        boolean busy = bring(claim.id()) == Bringing.BUSY;
        return target.acquire(busy ? claim.takingOverFrom(FencingToken.NONE) : claim);
    }

    @Override
    public boolean withdraw(Claim claim) {
        return target.withdraw(claim);
    }

    @Override
    public LeaseStatus renew(Lease lease) {
        return target.renew(lease);
    }

    @Override
    public LeaseStatus complete(Lease lease, Response response, Duration retention) {
        return target.complete(lease, response, retention);
    }

    @Override
    public LeaseStatus release(Lease lease) {
        return target.release(lease);
    }

    @Override
    public LeaseStatus park(Lease lease, String reason) {
        return target.park(lease, reason);
    }

    /** A record that was left while it moved is no operation that was left: it is brought again first, under another token. */
    @Override
    public boolean parkAbandoned(OperationId id, FencingToken token, String reason) {
        return bring(id) != Bringing.BUSY && target.parkAbandoned(id, token, reason);
    }

    @Override
    public boolean startReconciling(OperationId id, FencingToken token, Duration turn) {
        return target.startReconciling(id, token, turn);
    }

    /** In both: what was completed stays in the source until it expires. Done again, it does what an earlier call has not come to. */
    @Override
    public boolean eraseAnswer(OperationId id, FencingToken token) {
        bring(id);
        if (!target.eraseAnswer(id, token)) {
            return false;
        }
        source.find(id).ifPresent(old -> source.eraseAnswer(id, old.token()));
        return true;
    }

    @Override
    public Optional<OperationRecord> find(OperationId id) {
        bring(id);
        return target.find(id);
    }

    @Override
    public OperationQuery.Page<OperationRecord> list(OperationQuery query) {
        return target.list(query);
    }

    @Override
    public int purgeExpired(int limit) {
        return target.purgeExpired(limit);
    }

    @Override
    public void awaitChange(OperationId id, FencingToken token, Duration atMost) throws InterruptedException {
        target.awaitChange(id, token, atMost);
    }

    @Override
    public List<String> problems() {
        return Stream.of(target, source)
                .flatMap(store -> store.problems().stream())
                .toList();
    }

    @Override
    public void close() {
        try {
            target.close();
        } finally {
            source.close();
        }
    }
}
