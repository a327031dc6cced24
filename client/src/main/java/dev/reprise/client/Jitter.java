package dev.reprise.client;

/** How a wait is drawn from the range of {@link Backoff}, so that clients which failed together spread out (C3). */
public enum Jitter {
    /** Always the longest wait: to measure what jitter is good for, not for clients. */
    NONE,
    /** Evenly from the whole range. */
    FULL,
    /** Evenly from the upper half of the range. */
    EQUAL,
    /** Evenly from the base up to three times the previous wait. */
    DECORRELATED
}
