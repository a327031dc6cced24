package dev.reprise.store.jdbc;

import dev.reprise.OperationId;
import dev.reprise.spi.StoreException;
import dev.reprise.spi.TransactionalStore.Failure;
import org.jspecify.annotations.Nullable;

/** The end of a transaction failed, with what that means: only the place that failed knows how far it had come. */
final class NotCommittedException extends StoreException {
    private static final long serialVersionUID = 1;

    private final Failure meaning;

    NotCommittedException(String message, @Nullable Throwable cause, Failure meaning) {
        super(message, cause);
        this.meaning = meaning;
    }

    /** Between the claim and the end somebody else has written a record of the operation. */
    static NotCommittedException recordedMeanwhile(OperationId id, @Nullable Throwable duplicate) {
        return new NotCommittedException(
                id + " was recorded by somebody else while the transaction ran; it has to be rolled back, and the next "
                        + "attempt sees that record",
                duplicate,
                Failure.RETRY);
    }

    Failure meaning() {
        return meaning;
    }
}
