package dev.reprise.client;

/** Told what happens to calls, on the threads where it happens: thread-safe and quick. What it throws is logged. */
@FunctionalInterface
public interface RetryListener {
    /** Something happened. */
    void on(RetryEvent event);
}
