package dev.reprise.encryption;

import dev.reprise.OperationId;
import dev.reprise.RequestFingerprint;
import dev.reprise.Response;
import dev.reprise.spi.TransactionalStore;
import dev.reprise.spi.Transactions;
import java.time.Duration;
import java.util.Optional;

/**
 * A store of records in business transactions that is given sealed answers alone. Thread-safe.
 *
 * @param <T> the handle of an open transaction
 */
final class SealedTransactionalStore<T> implements TransactionalStore<T> {
    private final TransactionalStore<T> store;
    private final Sealer sealer;

    SealedTransactionalStore(TransactionalStore<T> store, Sealer sealer) {
        this.store = store;
        this.sealer = sealer;
    }

    private Claimed open(Claimed claimed) {
        return claimed instanceof Claimed.Existing existing ? open(existing) : claimed;
    }

    private Claimed.Existing open(Claimed.Existing existing) {
        return new Claimed.Existing(SealedRecords.open(existing.record(), sealer), existing.now());
    }

    @Override
    public Claimed claim(T transaction, OperationId id) {
        return open(store.claim(transaction, id));
    }

    @Override
    public Optional<Claimed.Existing> known(OperationId id) {
        return store.known(id).map(this::open);
    }

    /** Sealed again, so that what the store holds in memory is sealed as well. */
    @Override
    public void remember(Claimed.Existing found) {
        store.remember(new Claimed.Existing(SealedRecords.seal(found.record(), sealer), found.now()));
    }

    @Override
    public Claimed look(OperationId id) {
        return open(store.look(id));
    }

    @Override
    public void record(
            T transaction, OperationId id, RequestFingerprint fingerprint, Response response, Duration retention) {
        store.record(transaction, id, fingerprint, sealer.seal(id, response), retention);
    }

    @Override
    public void recordAndCommit(
            Transactions.Transaction<T> transaction,
            OperationId id,
            RequestFingerprint fingerprint,
            Response response,
            Duration retention) {
        store.recordAndCommit(transaction, id, fingerprint, sealer.seal(id, response), retention);
    }

    @Override
    public Failure diagnose(Throwable failure) {
        return store.diagnose(failure);
    }

    @Override
    public int purgeExpired(int limit) {
        return store.purgeExpired(limit);
    }
}
