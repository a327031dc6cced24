package dev.reprise.client;

/** How a wait is drawn from the range that {@link Backoff} allows, so that clients which failed together part (C3). */
public enum Jitter {
    /** Always the longest wait: for measuring what jitter is good for, not for clients. */
    NONE,
    /** Evenly from the whole range. */
    FULL,
    /** Evenly from the upper half of the range. */
    EQUAL,
    /** Evenly from the base up to three times the wait before. */
    DECORRELATED
}
