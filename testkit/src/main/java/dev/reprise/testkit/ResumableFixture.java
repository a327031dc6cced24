package dev.reprise.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reprise.Body;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.OperationState;
import dev.reprise.OperationType;
import dev.reprise.Owner;
import dev.reprise.RequestFingerprint;
import dev.reprise.Scope;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.ResumableStore;
import dev.reprise.spi.ResumableStore.Kind;
import dev.reprise.spi.ResumableStore.Next;
import dev.reprise.spi.ResumableStore.Opening;
import dev.reprise.spi.ResumableStore.Progress;
import dev.reprise.spi.ResumableStore.Progressing;
import dev.reprise.spi.ResumableStore.Step;
import dev.reprise.spi.TransactionalStore.Claimed;
import dev.reprise.spi.Transactions;
import dev.reprise.spi.Transactions.Transaction;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;

/**
 * Opens a {@link ResumableStore}, and does to it what an engine does.
 *
 * @param <T> the handle of a transaction
 */
abstract class ResumableFixture<T> {
    static final Duration LEASE = Duration.ofMinutes(1);
    static final Duration RETENTION = Duration.ofHours(24);
    private static final AtomicInteger UNIQUE = new AtomicInteger();

    final OperationType type = new OperationType("type-" + UNIQUE.incrementAndGet(), 1);
    Transactions<T> transactions;
    ResumableStore<T> store;

    /** For subclasses. */
    @SuppressWarnings("NullAway.Init")
    protected ResumableFixture() {}

    /** Opens the store under test, new or as other tests left it. Called before each test. */
    protected abstract ResumableStore<T> openStore() throws Exception;

    /** Opens transactions of the store's database. */
    protected abstract Transactions<T> openTransactions() throws Exception;

    /** Lets at least that much time of the store's clock go by. */
    protected abstract void elapse(Duration atLeast) throws Exception;

    /** Opens the store. */
    @BeforeEach
    final void open() throws Exception {
        store = openStore();
        transactions = openTransactions();
    }

    static OperationId newId() {
        return new OperationId(
                new Scope("alice", "/rides"),
                new IdempotencyKey("ride-" + UNIQUE.incrementAndGet() + "-" + System.nanoTime()));
    }

    static Owner newOwner() {
        return new Owner("node", UNIQUE.incrementAndGet());
    }

    static Body bytes(String text) {
        return Body.of(text.getBytes(StandardCharsets.UTF_8));
    }

    static Step step(String name, Kind kind, String result) {
        return new Step(name, kind, bytes(result));
    }

    final Opening opening(OperationId id) {
        return opening(id, type);
    }

    private static Opening opening(OperationId id, OperationType type) {
        return new Opening(
                id, new RequestFingerprint(1, new byte[] {1}), type, bytes("to the airport"), newOwner(), LEASE);
    }

    final Lease started(OperationId id, Step... steps) {
        return started(id, type, steps);
    }

    final Lease started(OperationId id, OperationType chosen, Step... steps) {
        try (Transaction<T> transaction = transactions.begin()) {
            assertThat(store.records().claim(transaction.handle(), id)).isInstanceOf(Claimed.Free.class);
            Lease lease = store.start(transaction.handle(), opening(id, chosen), List.of(steps));
            transaction.commit();
            return lease;
        }
    }

    final LeaseStatus write(Lease lease, Next next, Step... steps) {
        try (Transaction<T> transaction = transactions.begin()) {
            LeaseStatus status = store.write(transaction.handle(), lease, new Progress(List.of(steps), next));
            if (status == LeaseStatus.HELD) {
                transaction.commit();
            }
            return status;
        }
    }

    final List<Lease> takeOver(int limit) {
        return store.takeOver(type, ResumableFixture::newOwner, LEASE, limit);
    }

    final Lease takenOver() {
        List<Lease> leases = takeOver(10);
        assertThat(leases).hasSize(1);
        return leases.getFirst();
    }

    final Progressing find(OperationId id) {
        return store.find(id).orElseThrow();
    }

    final OperationState state(OperationId id) {
        return find(id).record().state();
    }

    final void leaseRunsOut() throws Exception {
        elapse(LEASE.plusMillis(5));
    }

    final List<String> results(OperationId id) {
        return find(id).steps().stream()
                .map(recorded -> recorded.step())
                .map(step -> step.name() + "="
                        + (step.result() == null
                                ? "?"
                                : new String(step.result().bytes(), StandardCharsets.UTF_8)))
                .toList();
    }
}
