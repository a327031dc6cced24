package dev.reprise.client;

/** Gets the events of calls, on the threads where they happen. Must be thread-safe and quick; exceptions are logged. */
@FunctionalInterface
public interface RetryListener {
    /** Something happened. */
    void on(RetryEvent event);
}
