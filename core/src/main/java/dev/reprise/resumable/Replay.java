package dev.reprise.resumable;

import dev.reprise.Response;

/** What code does with an operation that is recorded, as {@link Resumable#replay} finds out. */
public sealed interface Replay {
    /**
     * It would go on with a step that is not finished.
     *
     * @param step the name of that step
     */
    record GoesOn(String step) implements Replay {}

    /**
     * It would end the operation.
     *
     * @param response by this
     */
    record Finishes(Response response) implements Replay {}

    /**
     * It would not go on now, because it throws outside of steps.
     *
     * @param cause what it throws
     */
    record Fails(Throwable cause) implements Replay {}

    /**
     * It would park the operation, because it does not fit what is recorded (P4).
     *
     * @param reason what does not fit, and what to do
     */
    record DoesNotFit(String reason) implements Replay {}
}
