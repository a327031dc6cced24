package dev.reprise.resumable;

import dev.reprise.Response;
import org.jspecify.annotations.Nullable;

/** How far an operation was carried here. */
sealed interface Carried {
    /** To its end. */
    record Finished(Response response) implements Carried {}

    /**
     * It goes on later, or elsewhere.
     *
     * @param failed whether that is because something failed
     */
    record GoesOn(boolean failed) implements Carried {}

    /** To where an operator has to look. */
    record Parked(String reason) implements Carried {}

    /**
     * Nothing was recorded, or so it seems.
     *
     * @param reason why
     * @param answer what the handler had answered, if it had come so far
     */
    record NotStarted(Ending reason, @Nullable Response answer) implements Carried {}
}
