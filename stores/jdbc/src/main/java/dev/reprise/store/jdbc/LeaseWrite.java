package dev.reprise.store.jdbc;

import dev.reprise.OperationState;
import dev.reprise.Response;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** An owner's write whose caller waits. */
final class LeaseWrite extends Change<LeaseStatus> {
    /** Changed by the thread that writes it only. */
    private Write write;

    LeaseWrite(RowKey key, Write write) {
        super(key);
        this.write = write;
    }

    Write write() {
        return write;
    }

    /** What an owner writes. */
    sealed interface Write {
        /** Under which lease. */
        Lease lease();
    }

    record Renew(Lease lease) implements Write {}

    record Complete(Lease lease, Response response, Duration retention) implements Write {}

    record Release(Lease lease) implements Write {}

    record Park(Lease lease, String reason) implements Write {}

    /** Leaves the body out of a response, and then the fields; false if there is nothing to leave out. */
    boolean reduce() {
        if (write instanceof Complete(Lease lease, Response response, Duration retention)) {
            Response smaller = Room.reduced(response);
            if (smaller != null) {
                write = new Complete(lease, smaller, retention);
                return true;
            }
        }
        return false;
    }

    /** Roughly how many bytes are sent for it. */
    int size() {
        return 256
                + (write instanceof Complete complete
                        ? complete.response().body().length()
                        : 0);
    }

    /**
     * Answers by what is there after the write. A write that was made before counts as held.
     */
    void answerBy(RecordRows.@Nullable TokenAndState after) {
        answer(held(after) ? LeaseStatus.HELD : LeaseStatus.LOST);
    }

    private boolean held(RecordRows.@Nullable TokenAndState after) {
        return switch (write) {
            case Release ignored -> after == null;
            case Renew ignored -> is(after, OperationState.Kind.RUNNING);
            case Complete ignored -> is(after, OperationState.Kind.COMPLETED);
            case Park ignored -> is(after, OperationState.Kind.UNKNOWN);
        };
    }

    private boolean is(RecordRows.@Nullable TokenAndState after, OperationState.Kind kind) {
        return after != null
                && after.kind() == kind
                && after.token().equals(write.lease().token());
    }
}
