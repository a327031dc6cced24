package dev.reprise.store.jdbc;

import dev.reprise.FencingToken;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Running;
import dev.reprise.OperationState.Unknown;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Acquisition.Existing;
import dev.reprise.spi.Claim;
import dev.reprise.spi.Lease;
import org.jspecify.annotations.Nullable;

/** A claim whose caller waits. */
final class Claiming extends Change<Acquisition> {
    private final Claim claim;
    private boolean replaces;

    Claiming(Key key, Claim claim) {
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
     * Answers the claim if what is there leaves nothing to write.
     *
     * @param present what is there, expired or not
     * @return false if it has to be written
     */
    boolean answeredBy(@Nullable Existing present) {
        replaces = present != null && replaceable(present);
        if (present == null || replaces) {
            return false;
        }
        answer(
                ownedHere(present)
                        ? new Acquisition.Acquired(new Lease(
                                claim.id(),
                                present.record().token(),
                                present.record().attempt(),
                                claim.lease()))
                        : present);
        return true;
    }

    private boolean ownedHere(Existing present) {
        return present.record().state() instanceof Running running
                && running.owner().equals(claim.owner());
    }

    /** The rule that the statements repeat, so that it holds at the moment of writing. */
    private boolean replaceable(Existing present) {
        FencingToken token = present.record().token();
        return switch (present.record().state()) {
            case Completed ignored -> present.record().expiredAt(present.now());
            case Unknown ignored -> token.equals(claim.takeOverFrom());
            case Running ignored ->
                token.equals(claim.takeOverFrom()) && present.record().abandonedAt(present.now());
        };
    }
}
