package dev.reprise.gateway.operations;

import dev.reprise.FencingToken;
import dev.reprise.OperationId;
import dev.reprise.OperationPolicy;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState;
import dev.reprise.Owner;
import dev.reprise.Response;
import dev.reprise.http.ReplayRules;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Claim;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.OperationQuery;
import dev.reprise.spi.OperationStore;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** Operations in a store that this process has opened, and that stays its opener's to close. */
public final class StoreOperations implements Operations {
    private static final int BATCH = 100;

    private final OperationStore store;

    /** Operations of the store. */
    public StoreOperations(OperationStore store) {
        this.store = store;
    }

    @Override
    public List<OperationView> list(OperationQuery query) {
        return store.list(query).stream().map(OperationView::of).toList();
    }

    @Override
    public Ending release(OperationId id, FencingToken seen) {
        return end(id, seen, store::release);
    }

    @Override
    public Ending resolve(OperationId id, FencingToken seen, Response response) {
        Response recordable = ReplayRules.recordable(response);
        return end(id, seen, lease -> store.complete(lease, recordable, OperationPolicy.DEFAULT.retention()));
    }

    /** Takes the operation over, so that its former owner is fenced off, and ends it as the new owner. */
    private Ending end(OperationId id, FencingToken seen, Function<Lease, LeaseStatus> ending) {
        Optional<OperationRecord> found = store.find(id);
        if (found.isEmpty() || !found.get().token().equals(seen)) {
            return Ending.CHANGED;
        }
        OperationRecord record = found.get();
        if (record.state() instanceof OperationState.Completed) {
            return Ending.FINISHED;
        }
        Claim claim = new Claim(
                        id,
                        record.fingerprint(),
                        new Owner("operator-" + UUID.randomUUID(), 1),
                        OperationPolicy.DEFAULT.lease())
                .takingOverFrom(seen);
        return switch (store.acquire(claim)) {
            case Acquisition.Acquired(Lease lease) ->
                ending.apply(lease) == LeaseStatus.HELD ? Ending.ENDED : Ending.CHANGED;
            case Acquisition.Existing existing ->
                existing.record().token().equals(seen) ? Ending.RUNNING : Ending.CHANGED;
        };
    }

    @Override
    public long purge() {
        long purged = 0;
        int batch;
        do {
            batch = store.purgeExpired(BATCH);
            purged += batch;
        } while (batch == BATCH);
        return purged;
    }

    @Override
    public void close() {
        // The store belongs to whoever opened it.
    }
}
