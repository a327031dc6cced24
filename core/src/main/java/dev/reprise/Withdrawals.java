package dev.reprise;

import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Running;
import dev.reprise.spi.Claim;
import dev.reprise.spi.EngineRuntime;
import dev.reprise.spi.Lease;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;

/**
 * Takes back claims that may have landed without our knowledge, in the background. One may also still land for a while, so
 * its absence is believed only after the length of its lease. Thread-safe.
 */
final class Withdrawals {
    private static final Logger LOG = System.getLogger(Withdrawals.class.getName());
    private static final int MOST_AT_ONCE = 10_000;

    private final GuardedStore store;
    private final EngineRuntime runtime;
    private final Settler settler;

    /** @param settler of withdrawals alone, so that they take nobody else's place */
    Withdrawals(GuardedStore store, EngineRuntime runtime, Settler settler) {
        this.store = store;
        this.runtime = runtime;
        this.settler = settler;
    }

    void withdraw(Claim claim) {
        if (settler.unsettled() >= MOST_AT_ONCE) {
            LOG.log(
                    Level.WARNING,
                    "The claim to " + claim.id() + " is not taken back, since " + MOST_AT_ONCE
                            + " others are; if it has landed, it is abandoned");
            return;
        }
        long giveUp = runtime.nanoTime() + claim.lease().toNanos();
        settler.settle(
                "take back the claim to " + claim.id(),
                () -> isTakenBack(claim) || runtime.nanoTime() - giveUp >= 0,
                () -> {});
    }

    /**
     * Nobody executed under the claim; but what it took over, somebody else did (S15). What is finished leaves nothing to claim,
     * and it can be large: looking at it again and again is what keeps a store busy that does not keep up with replays.
     */
    private boolean isTakenBack(Claim claim) {
        Optional<OperationRecord> present = store.find(claim.id());
        if (present.isPresent() && present.get().state() instanceof Completed) {
            return true;
        }
        Optional<OperationRecord> landed = present.filter(record ->
                record.state() instanceof Running running && running.owner().equals(claim.owner()));
        landed.ifPresent(record -> {
            if (record.attempt() == 1) {
                store.release(lease(record, claim.lease()));
            } else {
                // As it was before: abandoned.
                store.renew(lease(record, Duration.ZERO));
            }
        });
        return landed.isPresent();
    }

    private static Lease lease(OperationRecord record, Duration length) {
        return new Lease(record.id(), record.token(), record.attempt(), length);
    }
}
