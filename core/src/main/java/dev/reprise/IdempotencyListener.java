package dev.reprise;

/**
 * Gets events about operations, for metrics and logs.
 *
 * <p>Called on the thread that serves the request or on one of the engine's, so it must be thread-safe and quick.
 * Exceptions are logged and otherwise ignored.
 */
@FunctionalInterface
public interface IdempotencyListener {
    /** Called after each event. */
    void on(IdempotencyEvent event);

    /** A listener that calls this one first, then the other. */
    default IdempotencyListener andThen(IdempotencyListener next) {
        return event -> {
            on(event);
            next.on(event);
        };
    }
}
