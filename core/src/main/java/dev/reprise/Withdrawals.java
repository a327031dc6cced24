package dev.reprise;

import dev.reprise.spi.Claim;
import dev.reprise.spi.EngineRuntime;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

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
                () -> store.withdraw(claim) || runtime.nanoTime() - giveUp >= 0,
                () -> {});
    }
}
