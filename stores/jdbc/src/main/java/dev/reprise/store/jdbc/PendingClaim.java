package dev.reprise.store.jdbc;

import dev.reprise.FencingToken;
import dev.reprise.OperationRecord;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Acquisition.Existing;
import dev.reprise.spi.Claim;
import dev.reprise.spi.support.Transition;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A claim whose caller waits. */
final class PendingClaim extends Change<Acquisition> {
    private final Claim claim;
    private boolean replaces;

    PendingClaim(RowKey key, Claim claim) {
        super(key);
        this.claim = claim;
    }

    Claim claim() {
        return claim;
    }

    /** Whether a record was there that the claim may replace. */
    boolean replaces() {
        return replaces;
    }

    /**
     * Answers the claim if what is there leaves nothing to write. The statements repeat the rule of when there is, so that it
     * holds at the moment of writing.
     *
     * @param present what is there, expired or not
     * @param answer gets the answer
     * @return false if it has to be written
     */
    boolean answeredBy(@Nullable Existing present, Consumer<Acquisition> answer) {
        replaces = false;
        if (present == null) {
            return false;
        }
        OperationRecord record = present.record();
        // The database draws the token.
        Transition<Acquisition> next = Transition.acquire(record, claim, present.now(), () -> FencingToken.NONE);
        replaces = !record.equals(next.after());
        if (!replaces) {
            answer.accept(next.result());
        }
        return !replaces;
    }
}
