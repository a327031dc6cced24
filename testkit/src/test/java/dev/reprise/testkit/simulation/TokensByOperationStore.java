package dev.reprise.testkit.simulation;

import dev.reprise.FencingToken;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.Response;
import dev.reprise.memory.MemoryStore;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Claim;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.OperationQuery;
import dev.reprise.spi.OperationStore;
import dev.reprise.spi.StoreCapability;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A store that counts its tokens for each operation by itself, as the contract allows. Thread-safe. */
public final class TokensByOperationStore implements OperationStore {
    private final Map<OperationId, OperationStore> stores = Collections.synchronizedMap(new LinkedHashMap<>());
    private final InstantSource clock;

    /** An empty store whose leases and retention follow the given clock. */
    public TokensByOperationStore(InstantSource clock) {
        this.clock = clock;
    }

    private OperationStore of(OperationId id) {
        return stores.computeIfAbsent(id, ignored -> new MemoryStore(clock));
    }

    private List<OperationStore> all() {
        synchronized (stores) {
            return List.copyOf(stores.values());
        }
    }

    @Override
    public Set<StoreCapability> capabilities() {
        return Set.of(StoreCapability.NOTIFYING);
    }

    @Override
    public Acquisition acquire(Claim claim) {
        return of(claim.id()).acquire(claim);
    }

    @Override
    public LeaseStatus renew(Lease lease) {
        return of(lease.id()).renew(lease);
    }

    @Override
    public LeaseStatus complete(Lease lease, Response response, Duration retention) {
        return of(lease.id()).complete(lease, response, retention);
    }

    @Override
    public LeaseStatus release(Lease lease) {
        return of(lease.id()).release(lease);
    }

    @Override
    public LeaseStatus park(Lease lease, String reason) {
        return of(lease.id()).park(lease, reason);
    }

    @Override
    public boolean parkAbandoned(OperationId id, FencingToken token, String reason) {
        return of(id).parkAbandoned(id, token, reason);
    }

    @Override
    public boolean startReconciling(OperationId id, FencingToken token, Duration turn) {
        return of(id).startReconciling(id, token, turn);
    }

    @Override
    public boolean eraseAnswer(OperationId id, FencingToken token) {
        return of(id).eraseAnswer(id, token);
    }

    @Override
    public Optional<OperationRecord> find(OperationId id) {
        return of(id).find(id);
    }

    @Override
    public OperationQuery.Page<OperationRecord> list(OperationQuery query) {
        List<OperationRecord> found = all().stream()
                .flatMap(store -> store.list(query).items().stream())
                .toList();
        return new OperationQuery.Page<>(found, null);
    }

    @Override
    public int purgeExpired(int limit) {
        int purged = 0;
        for (OperationStore store : all()) {
            purged += store.purgeExpired(limit - purged);
        }
        return purged;
    }

    @Override
    public void awaitChange(OperationId id, FencingToken token, Duration atMost) throws InterruptedException {
        of(id).awaitChange(id, token, atMost);
    }

    @Override
    public void close() {
        all().forEach(OperationStore::close);
    }
}
