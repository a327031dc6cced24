package dev.reprise.store.cassandra;

import dev.reprise.FencingToken;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState;
import dev.reprise.Owner;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the partition of an operation held when it was read.
 *
 * @param record null if there is none: never was, was released, or has vanished
 * @param token the latest that this operation has had, as far as anything is left of it
 * @param state as it is written; null if nothing is left
 * @param leaseStart what a write compares with, so that it takes effect only if the lease, or the turn, is the same
 * @param leaseMillis the same
 * @param bodyParts in how many parts the body is kept elsewhere
 * @param now the time of the server that answered
 */
record Seen(
        @Nullable OperationRecord record,
        FencingToken token,
        @Nullable String state,
        @Nullable Instant leaseStart,
        @Nullable Long leaseMillis,
        int bodyParts,
        Instant now) {
    static final Seen NOTHING = new Seen(null, FencingToken.NONE, null, null, null, 0, Instant.EPOCH);

    /** The record, unless it has expired. */
    @Nullable
    OperationRecord present() {
        return record == null || record.expiredAt(now) ? null : record;
    }

    /** Whether it is finished, which it stays until it expires, so that it does not matter how old this view is. */
    boolean isFinal() {
        OperationRecord present = present();
        return present != null && present.state() instanceof OperationState.Completed;
    }

    /** Whether the record is there and has this token. */
    boolean has(FencingToken wanted) {
        OperationRecord present = present();
        return present != null && present.token().equals(wanted);
    }

    boolean runsUnder(Owner owner) {
        OperationRecord present = present();
        return present != null
                && present.state() instanceof OperationState.Running running
                && running.owner().equals(owner);
    }

    OperationState.@Nullable Kind kind() {
        OperationRecord present = present();
        return present == null ? null : present.state().kind();
    }

    @Nullable
    FencingToken presentToken() {
        OperationRecord present = present();
        return present == null ? null : present.token();
    }
}
