package dev.reprise;

import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One request for an operation, as an adapter gives it to the engine.
 *
 * @param id which operation is asked for
 * @param fingerprints of the request that asks
 * @param policy how the operation is treated
 * @param callerGone whether the caller has gone, so that nobody has to wait for its answer any more; asked now and then while it
 *     waits, on any thread. Null if that cannot be known
 */
public record Operation(
        OperationId id,
        RequestFingerprint.Source fingerprints,
        OperationPolicy policy,
        @Nullable BooleanSupplier callerGone) {
    /** A request of a caller who is there. */
    public Operation(OperationId id, RequestFingerprint.Source fingerprints, OperationPolicy policy) {
        this(id, fingerprints, policy, null);
    }
}
