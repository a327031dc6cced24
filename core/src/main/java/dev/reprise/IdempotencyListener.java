package dev.reprise;

/**
 * Is told what happens to operations, for metrics and logs.
 *
 * <p>Called on the thread that serves the request or on one of the engine's own, so it must be thread-safe and quick.
 * What it throws is logged and otherwise ignored.
 */
@FunctionalInterface
public interface IdempotencyListener {
    /** Called after each event. */
    void on(IdempotencyEvent event);

    /** A listener that tells this one first and then the other. */
    default IdempotencyListener andThen(IdempotencyListener next) {
        return event -> {
            on(event);
            next.on(event);
        };
    }
}
