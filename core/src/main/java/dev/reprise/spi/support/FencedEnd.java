package dev.reprise.spi.support;

import dev.reprise.FencingToken;
import dev.reprise.OperationId;
import dev.reprise.OperationPolicy;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState;
import dev.reprise.Owner;
import dev.reprise.Response;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Claim;
import dev.reprise.spi.Interventions.Intervened;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.OperationStore;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * Ends an unknown or abandoned operation for an operator, in any store: only as the operator has seen it, and by taking it over, so
 * that whoever owned it is fenced off (S27). Operations of several steps are ended by {@link dev.reprise.spi.Interventions}.
 *
 * <p>The results are done, changed, running and finished. Blocks while the store does.
 */
public final class FencedEnd {
    private FencedEnd() {}

    /** Makes the key new. */
    public static Intervened release(OperationStore store, OperationId id, FencingToken seen) {
        return end(store, id, seen, store::release);
    }

    /** Records the response that retries get from now on, for as long as given. */
    public static Intervened resolve(
            OperationStore store, OperationId id, FencingToken seen, Response response, Duration retention) {
        return end(store, id, seen, lease -> store.complete(lease, response, retention));
    }

    private static Intervened end(
            OperationStore store, OperationId id, FencingToken seen, Function<Lease, LeaseStatus> ending) {
        Optional<OperationRecord> found = store.find(id);
        if (found.isEmpty() || !found.get().token().equals(seen)) {
            return new Intervened.Changed();
        }
        if (found.get().state() instanceof OperationState.Completed) {
            return new Intervened.Finished();
        }
        Claim claim = new Claim(
                        id,
                        found.get().fingerprint(),
                        new Owner("operator-" + UUID.randomUUID(), 1),
                        OperationPolicy.DEFAULT.lease())
                .takingOverFrom(seen);
        return switch (store.acquire(claim)) {
            case Acquisition.Acquired(Lease lease)
            when lease.attempt() == 1 -> {
                // It was free by then: nobody's operation is not to be ended, and the next request executes it.
                LeaseStatus ignored = store.release(lease);
                yield new Intervened.Changed();
            }
            case Acquisition.Acquired(Lease lease) ->
                ending.apply(lease) == LeaseStatus.HELD ? new Intervened.Done() : new Intervened.Changed();
            case Acquisition.Existing existing ->
                existing.record().token().equals(seen) ? new Intervened.Running() : new Intervened.Changed();
        };
    }
}
