package dev.reprise.spi.support;

import dev.reprise.FencingToken;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Running;
import dev.reprise.OperationState.Unknown;
import dev.reprise.Response;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Claim;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.OperationStore;
import dev.reprise.spi.RecordLimits;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How a record changes: the rules of {@link OperationStore} as pure functions, for stores that read and write whole
 * records in one exclusive step.
 *
 * @param after the record to keep; the same object as before if nothing changes, null if there is none any more
 * @param result what the caller gets
 * @param <R> the type of the result
 */
public record Transition<R>(@Nullable OperationRecord after, R result) {
    /**
     * See {@link OperationStore#acquire}.
     *
     * @param nextToken called at most once, for a token greater than all that this operation has had
     */
    public static Transition<Acquisition> acquire(
            @Nullable OperationRecord present, Claim claim, Instant now, Supplier<FencingToken> nextToken) {
        if (present == null || present.expiredAt(now)) {
            return acquired(claim, nextToken.get(), 1, now, now);
        }
        if (present.state() instanceof Running running && running.owner().equals(claim.owner())) {
            return new Transition<>(present, acquired(present, claim));
        }
        return replaceable(present, claim, now)
                ? acquired(claim, nextToken.get(), present.attempt() + 1, present.createdAt(), now)
                : new Transition<>(present, new Acquisition.Existing(present, now));
    }

    private static boolean replaceable(OperationRecord present, Claim claim, Instant now) {
        return switch (present.state()) {
            case Completed ignored -> false;
            case Unknown ignored -> present.token().equals(claim.takeOverFrom());
            case Running ignored -> present.token().equals(claim.takeOverFrom()) && present.abandonedAt(now);
        };
    }

    private static Transition<Acquisition> acquired(
            Claim claim, FencingToken token, int attempt, Instant createdAt, Instant now) {
        Running running = new Running(claim.owner(), now.plus(claim.lease()));
        OperationRecord record =
                new OperationRecord(claim.id(), claim.fingerprint(), token, attempt, createdAt, running);
        return new Transition<>(record, acquired(record, claim));
    }

    private static Acquisition acquired(OperationRecord record, Claim claim) {
        return new Acquisition.Acquired(new Lease(claim.id(), record.token(), record.attempt(), claim.lease()));
    }

    /** See {@link OperationStore#renew}. */
    public static Transition<LeaseStatus> renew(@Nullable OperationRecord present, Lease lease, Instant now) {
        if (present != null && present.token().equals(lease.token()) && present.state() instanceof Running running) {
            Running renewed = new Running(running.owner(), now.plus(lease.length()));
            return new Transition<>(present.with(renewed), LeaseStatus.HELD);
        }
        return new Transition<>(present, LeaseStatus.LOST);
    }

    /** See {@link OperationStore#complete}. */
    public static Transition<LeaseStatus> complete(
            @Nullable OperationRecord present, Lease lease, Response response, Duration retention, Instant now) {
        RecordLimits.retention(retention);
        return end(present, lease, new Completed(response, now, now.plus(retention)));
    }

    /** See {@link OperationStore#park}. */
    public static Transition<LeaseStatus> park(
            @Nullable OperationRecord present, Lease lease, String reason, Instant now) {
        return end(present, lease, unknown(present, reason, now));
    }

    private static Unknown unknown(@Nullable OperationRecord present, String reason, Instant now) {
        return new Unknown(reason, now, present == null ? null : present.state().owner());
    }

    /** Ends the hold; an end that the same owner has reached before counts as held. */
    private static Transition<LeaseStatus> end(@Nullable OperationRecord present, Lease lease, OperationState state) {
        if (present == null || !present.token().equals(lease.token())) {
            return new Transition<>(present, LeaseStatus.LOST);
        }
        boolean ended = present.state() instanceof Completed || present.state().kind() == state.kind();
        return ended
                ? new Transition<>(
                        present,
                        status(
                                lease,
                                state.kind(),
                                present.token(),
                                present.state().kind()))
                : new Transition<>(present.with(state), LeaseStatus.HELD);
    }

    /**
     * What an owner's write has come to, by what is there after it: for stores that leave it to a statement whether it changes
     * anything. A write that was made before counts as held.
     *
     * @param lease under which it was made
     * @param end the state that it leads to; null if it deletes the record
     * @param token of the record that is there; null if there is none
     * @param state of that record
     */
    public static LeaseStatus status(
            Lease lease,
            OperationState.@Nullable Kind end,
            @Nullable FencingToken token,
            OperationState.@Nullable Kind state) {
        return state == end && (end == null || lease.token().equals(token)) ? LeaseStatus.HELD : LeaseStatus.LOST;
    }

    /** See {@link OperationStore#release}. */
    public static Transition<LeaseStatus> release(@Nullable OperationRecord present, Lease lease) {
        boolean mayGo =
                present == null || (present.token().equals(lease.token()) && !(present.state() instanceof Completed));
        return mayGo ? new Transition<>(null, LeaseStatus.HELD) : new Transition<>(present, LeaseStatus.LOST);
    }

    /** See {@link OperationStore#parkAbandoned}. */
    public static Transition<Boolean> parkAbandoned(
            @Nullable OperationRecord present, FencingToken token, String reason, Instant now) {
        if (present == null || !present.token().equals(token)) {
            return new Transition<>(present, false);
        }
        return present.abandonedAt(now)
                ? new Transition<>(present.with(unknown(present, reason, now)), true)
                : new Transition<>(present, present.state() instanceof Unknown);
    }

    /** See {@link OperationStore#eraseAnswer}. */
    public static Transition<Boolean> eraseAnswer(@Nullable OperationRecord present, FencingToken token, Instant now) {
        if (present == null
                || !present.token().equals(token)
                || !(present.state() instanceof Completed)
                || present.expiredAt(now)) {
            return new Transition<>(present, false);
        }
        return new Transition<>(present.asListed(), true);
    }

    /** See {@link OperationStore#startReconciling}. */
    public static Transition<Boolean> startReconciling(
            @Nullable OperationRecord present, FencingToken token, Duration turn, Instant now) {
        Instant over = now.plus(RecordLimits.turn(turn));
        if (present != null
                && present.token().equals(token)
                && present.state() instanceof Unknown unknown
                && !unknown.reconcileAfter().isAfter(now)) {
            Unknown taken = new Unknown(unknown.reason(), unknown.since(), over, unknown.owner());
            return new Transition<>(present.with(taken), true);
        }
        return new Transition<>(present, false);
    }
}
