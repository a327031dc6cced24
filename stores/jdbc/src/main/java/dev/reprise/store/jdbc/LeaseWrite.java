package dev.reprise.store.jdbc;

import dev.reprise.OperationState.Kind;
import dev.reprise.Response;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.support.Transition;
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

        /** The state that it leads to; null if it deletes the record. */
        @Nullable
        Kind end();
    }

    record Renew(Lease lease) implements Write {
        @Override
        public Kind end() {
            return Kind.RUNNING;
        }
    }

    record Complete(Lease lease, Response response, Duration retention) implements Write {
        @Override
        public Kind end() {
            return Kind.COMPLETED;
        }
    }

    record Release(Lease lease) implements Write {
        @Override
        public @Nullable Kind end() {
            return null;
        }
    }

    record Park(Lease lease, String reason) implements Write {
        @Override
        public Kind end() {
            return Kind.UNKNOWN;
        }
    }

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
     * Answers by what is there after the write.
     */
    void answerBy(RecordRows.@Nullable TokenAndState after) {
        answer(Transition.status(
                write.lease(), write.end(), after == null ? null : after.token(), after == null ? null : after.kind()));
    }
}
