package dev.reprise;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Where an operation stands. Times are the store's (S28). */
public sealed interface OperationState {
    /** Which of the states it is, for filters and counters. */
    enum Kind {
        /** See {@link OperationState.Running}. */
        RUNNING,
        /** See {@link OperationState.Completed}. */
        COMPLETED,
        /** See {@link OperationState.Unknown}. */
        UNKNOWN
    }

    /** Which of the states this is. */
    Kind kind();

    /** Who holds the lease, or held it last; null if that is not known, or does not matter any more. */
    default @Nullable Owner owner() {
        return null;
    }

    /**
     * It is being executed; or it was until its lease ran out, and is abandoned now.
     *
     * @param owner who holds the lease
     * @param leaseEnd when the lease runs out unless it is renewed
     */
    record Running(Owner owner, Instant leaseEnd) implements OperationState {
        @Override
        public Kind kind() {
            return Kind.RUNNING;
        }
    }

    /**
     * It happened; retries get the response. Immutable until it expires (S7, S23).
     *
     * @param response what is replayed
     * @param completedAt when it was recorded
     * @param expiresAt the end of its retention; from then on the key is new
     */
    record Completed(Response response, Instant completedAt, Instant expiresAt) implements OperationState {
        @Override
        public Kind kind() {
            return Kind.COMPLETED;
        }
    }

    /**
     * Nobody can tell whether the effect happened; it is never executed again until a {@link Reconciler} or an operator has
     * found out (S15, S33), or its owner is back with the answer (S32).
     *
     * @param reason what went wrong, for the operator
     * @param since when that was recorded
     * @param reconcileAfter until when an engine has the turn to ask what happened; {@code since} if none has asked
     *     yet
     * @param owner who held the lease last; null in records that an earlier release has written
     */
    record Unknown(
            String reason,
            Instant since,
            Instant reconcileAfter,
            @Nullable Owner owner) implements OperationState {
        /** Unknown since then, and nobody has asked yet. */
        public Unknown(String reason, Instant since, @Nullable Owner owner) {
            this(reason, since, since, owner);
        }

        @Override
        public Kind kind() {
            return Kind.UNKNOWN;
        }
    }
}
