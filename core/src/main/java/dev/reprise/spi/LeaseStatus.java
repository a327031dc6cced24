package dev.reprise.spi;

/** Whether the owner of a lease still owned the operation when it wrote. */
public enum LeaseStatus {
    /** It did, and the write is in effect. */
    HELD,
    /** Somebody else owns or has ended the operation; nothing was changed. */
    LOST
}
