package dev.reprise.testkit.simulation;

import dev.reprise.FencingToken;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Running;
import dev.reprise.OperationState.Unknown;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which changes of a record a call of a store may make, said once more and in other words than the store's own.
 *
 * @param call which call
 * @param token under which it was made
 * @param before what was there, expired records left out
 * @param after what is there now, something else
 * @param now the store's time
 * @param greatest the greatest token that any owner has had
 */
record Transitions(
        StoreCall call,
        FencingToken token,
        @Nullable OperationRecord before,
        @Nullable OperationRecord after,
        Instant now,
        FencingToken greatest) {
    /** What is wrong with the change; null if nothing is. */
    @Nullable
    String violation() {
        if (before == null) {
            return inserted();
        }
        if (before.state() instanceof Completed) {
            return "a finished record was changed by " + call;
        }
        if (after == null) {
            return call == StoreCall.RELEASE && owned() ? null : "deleted by " + call + " of another owner";
        }
        if (!after.token().equals(before.token())) {
            return takenOver(before, after);
        }
        return switch (after.state()) {
            case Completed ignored -> call == StoreCall.COMPLETE && owned() ? null : "completed by " + call;
            case Unknown ignored -> unknown(before);
            case Running ignored ->
                call == StoreCall.RENEW && owned() && before.state() instanceof Running
                        ? null
                        : "made to run by " + call;
        };
    }

    private boolean owned() {
        return before != null && before.token().equals(token);
    }

    private @Nullable String inserted() {
        if (after == null || call != StoreCall.ACQUIRE || !(after.state() instanceof Running)) {
            return "made out of nothing by " + call;
        }
        if (after.attempt() != 1) {
            return "a new operation begins with attempt " + after.attempt();
        }
        return after.token().compareTo(greatest) > 0 ? null : "a token was issued that is not greater than all before";
    }

    private @Nullable String takenOver(OperationRecord former, OperationRecord next) {
        boolean free = former.state() instanceof Unknown || former.abandonedAt(now);
        if (call != StoreCall.ACQUIRE || !free) {
            return "taken from an owner whose lease lasts";
        }
        if (!next.fingerprint().equals(former.fingerprint())) {
            return "taken over by another request";
        }
        return next.token().compareTo(greatest) > 0 ? null : "a token was issued that is not greater than all before";
    }

    private @Nullable String unknown(OperationRecord former) {
        boolean fine = switch (call) {
            case PARK -> owned();
            case PARK_ABANDONED -> owned() && former.abandonedAt(now);
            case START_RECONCILING -> owned() && former.state() instanceof Unknown;
            case ACQUIRE, RENEW, COMPLETE, RELEASE -> false;
        };
        return fine ? null : "made unknown by " + call;
    }

    /** What an answer says that is not so; null if all is well. */
    static @Nullable String contradiction(
            StoreCall call, FencingToken token, Object result, @Nullable OperationRecord after) {
        boolean fine = switch (result) {
            case Acquisition.Acquired(Lease lease) ->
                after != null && after.token().equals(lease.token()) && after.state() instanceof Running;
            case Acquisition.Existing existing -> existing.record().equals(after);
            case LeaseStatus status -> status == LeaseStatus.LOST || isDone(call, token, after);
            case Boolean done -> !done || isDone(call, token, after);
            default -> true;
        };
        return fine ? null : call + " says " + result + ", and it is " + describe(after);
    }

    private static boolean isDone(StoreCall call, FencingToken token, @Nullable OperationRecord after) {
        if (call == StoreCall.RELEASE) {
            return after == null;
        }
        return after != null
                && after.token().equals(token)
                && switch (call) {
                    case RENEW -> after.state() instanceof Running;
                    case COMPLETE -> after.state() instanceof Completed;
                    case PARK, PARK_ABANDONED, START_RECONCILING -> after.state() instanceof Unknown;
                    case ACQUIRE, RELEASE -> true;
                };
    }

    /** What happened to a record, in a few words. */
    static String story(String name, @Nullable OperationRecord before, @Nullable OperationRecord after) {
        boolean renewed = before != null
                && after != null
                && before.token().equals(after.token())
                && before.state().kind() == after.state().kind();
        return renewed ? name + " stays as it is for longer" : name + " is " + describe(after) + " now";
    }

    /** In a few words. */
    static String describe(@Nullable OperationRecord record) {
        if (record == null) {
            return "free";
        }
        String state = switch (record.state()) {
            case Running running -> "running for " + running.owner();
            case Completed completed -> "finished";
            case Unknown unknown -> "unknown";
        };
        return state + " under token " + record.token().value() + ", attempt " + record.attempt();
    }
}
