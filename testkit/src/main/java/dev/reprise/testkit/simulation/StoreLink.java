package dev.reprise.testkit.simulation;

import dev.reprise.FencingToken;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.Response;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Claim;
import dev.reprise.spi.EngineRuntime.Latch;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.OperationQuery;
import dev.reprise.spi.OperationStore;
import dev.reprise.spi.StoreCapability;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** The store as one process reaches it: calls take their turns, and go wrong as planned. */
class StoreLink implements OperationStore {
    private final SharedStore shared;
    private final SimulatedProcess process;
    private final boolean operator;
    private final FaultyCalls calls;

    /** @param operator whether an operator is at the other end */
    StoreLink(SharedStore shared, SimulatedProcess process, boolean operator) {
        this.shared = shared;
        this.process = process;
        this.operator = operator;
        this.calls = new FaultyCalls(shared.world());
    }

    private <R> R call(StoreCall call, OperationId id, FencingToken token, Supplier<R> raw) {
        Oracle oracle = shared.world().oracle();
        return call(
                () -> process + ": " + call.name().toLowerCase(java.util.Locale.ROOT) + " " + OperationNames.of(id),
                () -> {
                    R result = oracle.apply(shared.store(), call, id, token, operator, raw);
                    shared.changed(id);
                    return result;
                });
    }

    private <R> R call(Supplier<String> what, Supplier<R> applied) {
        return calls.make(what, applied);
    }

    @Override
    public Set<StoreCapability> capabilities() {
        return shared.store().capabilities();
    }

    @Override
    public Acquisition acquire(Claim claim) {
        Acquisition acquisition = call(
                StoreCall.ACQUIRE,
                claim.id(),
                FencingToken.NONE,
                () -> shared.store().acquire(claim));
        if (acquisition instanceof Acquisition.Acquired(Lease lease) && !operator) {
            shared.world().oracle().owns(new Oracle.Hold(lease.id(), lease.token()), process);
        }
        return acquisition;
    }

    @Override
    public LeaseStatus renew(Lease lease) {
        return call(
                StoreCall.RENEW, lease.id(), lease.token(), () -> shared.store().renew(lease));
    }

    @Override
    public LeaseStatus complete(Lease lease, Response response, Duration retention) {
        return call(
                StoreCall.COMPLETE,
                lease.id(),
                lease.token(),
                () -> shared.store().complete(lease, response, retention));
    }

    @Override
    public LeaseStatus release(Lease lease) {
        return call(
                StoreCall.RELEASE,
                lease.id(),
                lease.token(),
                () -> shared.store().release(lease));
    }

    @Override
    public LeaseStatus park(Lease lease, String reason) {
        return call(
                StoreCall.PARK, lease.id(), lease.token(), () -> shared.store().park(lease, reason));
    }

    @Override
    public boolean parkAbandoned(OperationId id, FencingToken token, String reason) {
        return call(StoreCall.PARK_ABANDONED, id, token, () -> shared.store().parkAbandoned(id, token, reason));
    }

    @Override
    public boolean startReconciling(OperationId id, FencingToken token, Duration turn) {
        return call(StoreCall.START_RECONCILING, id, token, () -> shared.store().startReconciling(id, token, turn));
    }

    /** Operators are not part of the simulation. */
    @Override
    public boolean eraseAnswer(OperationId id, FencingToken token) {
        return shared.store().eraseAnswer(id, token);
    }

    @Override
    public Optional<OperationRecord> find(OperationId id) {
        return call(
                () -> process + ": find " + OperationNames.of(id),
                () -> shared.store().find(id));
    }

    @Override
    public OperationQuery.Page<OperationRecord> list(OperationQuery query) {
        return call(() -> process + ": list", () -> shared.store().list(query));
    }

    @Override
    public int purgeExpired(int limit) {
        return call(() -> process + ": purge", () -> {
            int purged = shared.store().purgeExpired(limit);
            shared.world().oracle().purged(shared.store());
            return purged;
        });
    }

    /** Woken as the store declares: by changes, or by the end of the time. */
    @Override
    public void awaitChange(OperationId id, FencingToken token, Duration atMost) throws InterruptedException {
        Latch changed = call(() -> process + ": await a change of " + OperationNames.of(id), () -> {
            boolean runs = shared.store()
                    .find(id)
                    .filter(record -> record.token().equals(token))
                    .filter(record -> record.state().kind() == dev.reprise.OperationState.Kind.RUNNING)
                    .isPresent();
            Latch latch = shared.world().scheduler().latch();
            if (runs) {
                shared.onChange(id, latch);
            } else {
                latch.open();
            }
            return latch;
        });
        boolean ignored = changed.await(atMost);
    }

    @Override
    public void close() {
        // The store belongs to the run.
    }
}
