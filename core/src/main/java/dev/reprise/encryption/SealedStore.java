package dev.reprise.encryption;

import dev.reprise.FencingToken;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.Response;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Acquisition.Existing;
import dev.reprise.spi.Claim;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.OperationQuery;
import dev.reprise.spi.OperationStore;
import dev.reprise.spi.StoreCapability;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A store that is given sealed answers alone. Thread-safe. */
class SealedStore implements OperationStore {
    final Sealer sealer;
    private final OperationStore store;

    SealedStore(OperationStore store, Sealer sealer) {
        this.store = store;
        this.sealer = sealer;
    }

    final Acquisition open(Acquisition acquisition) {
        return acquisition instanceof Existing existing
                ? new Existing(SealedRecords.open(existing.record(), sealer), existing.now())
                : acquisition;
    }

    @Override
    public final Set<StoreCapability> capabilities() {
        return store.capabilities();
    }

    @Override
    public final Acquisition acquire(Claim claim) {
        return open(store.acquire(claim));
    }

    @Override
    public final boolean withdraw(Claim claim) {
        return store.withdraw(claim);
    }

    @Override
    public final LeaseStatus renew(Lease lease) {
        return store.renew(lease);
    }

    @Override
    public final LeaseStatus complete(Lease lease, Response response, Duration retention) {
        return store.complete(lease, sealer.seal(lease.id(), response), retention);
    }

    @Override
    public final LeaseStatus release(Lease lease) {
        return store.release(lease);
    }

    @Override
    public final LeaseStatus park(Lease lease, String reason) {
        return store.park(lease, reason);
    }

    @Override
    public final boolean parkAbandoned(OperationId id, FencingToken token, String reason) {
        return store.parkAbandoned(id, token, reason);
    }

    @Override
    public final boolean startReconciling(OperationId id, FencingToken token, Duration turn) {
        return store.startReconciling(id, token, turn);
    }

    @Override
    public final boolean eraseAnswer(OperationId id, FencingToken token) {
        return store.eraseAnswer(id, token);
    }

    @Override
    public final Optional<OperationRecord> find(OperationId id) {
        return store.find(id).map(record -> SealedRecords.open(record, sealer));
    }

    /** Without bodies, and so without what is sealed in them: of an answer, the status alone. */
    @Override
    public final OperationQuery.Page<OperationRecord> list(OperationQuery query) {
        return store.list(query);
    }

    @Override
    public final int purgeExpired(int limit) {
        return store.purgeExpired(limit);
    }

    @Override
    public final void awaitChange(OperationId id, FencingToken token, Duration atMost) throws InterruptedException {
        store.awaitChange(id, token, atMost);
    }

    @Override
    public final List<String> problems() {
        return store.problems();
    }

    @Override
    public final void close() {
        store.close();
    }
}
