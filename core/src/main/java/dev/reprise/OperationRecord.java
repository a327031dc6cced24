package dev.reprise;

import java.time.Instant;

/**
 * What a store holds for an operation.
 *
 * @param id which operation
 * @param fingerprint of the request that claimed it
 * @param token the fencing token of its latest owner
 * @param attempt how many owners it has had, from 1
 * @param createdAt when it was first claimed, by the store's clock
 * @param state where it stands
 */
public record OperationRecord(
        OperationId id,
        RequestFingerprint fingerprint,
        FencingToken token,
        int attempt,
        Instant createdAt,
        OperationState state) {
    /** This record in another state, everything else unchanged. */
    public OperationRecord with(OperationState next) {
        return new OperationRecord(id, fingerprint, token, attempt, createdAt, next);
    }

    /** This record as a listing shows it: of its answer, if it has one, the status alone. */
    public OperationRecord asListed() {
        if (!(state instanceof OperationState.Completed completed)) {
            return this;
        }
        Response seen = new Response(completed.response().status(), Headers.EMPTY, Body.OMITTED);
        return with(new OperationState.Completed(seen, completed.completedAt(), completed.expiresAt()));
    }

    /** Whether it is running and its lease had run out at the given time of the store's clock. */
    public boolean abandonedAt(Instant now) {
        return state instanceof OperationState.Running running
                && !running.leaseEnd().isAfter(now);
    }

    /** Whether it is finished and its retention had ended at the given time of the store's clock (S23). */
    public boolean expiredAt(Instant now) {
        return state instanceof OperationState.Completed completed
                && !completed.expiresAt().isAfter(now);
    }
}
