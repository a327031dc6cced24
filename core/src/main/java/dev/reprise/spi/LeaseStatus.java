package dev.reprise.spi;

/** Whether the owner of a lease still owned the operation when it wrote. */
public enum LeaseStatus {
    /** It did, and the write is in effect. */
    HELD,
    /** Another owner has it, or it has ended; nothing was changed. */
    LOST
}
