package dev.reprise.spi;

/** What a store declares about itself, where stores differ; nothing is found out by trying. */
public enum StoreCapability {
    /**
     * {@link OperationStore#awaitChange} is woken by changes, also those of other processes that can reach the store, instead of
     * looking again.
     */
    NOTIFYING,
    /** Finished records vanish by themselves when they have expired: {@link OperationStore#purgeExpired} finds nothing to do. */
    SELF_EXPIRING,
    /**
     * A write that was acknowledged can be lost when a server fails. An operation whose claim was lost that way can be executed
     * twice; whoever uses the store says so to its operator.
     */
    LOSING
}
