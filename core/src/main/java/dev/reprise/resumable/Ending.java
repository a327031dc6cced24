package dev.reprise.resumable;

import dev.reprise.Response;
import dev.reprise.spi.ResumableStore.Next;
import dev.reprise.spi.StoreException;

/** How a run of an operation ended. */
sealed interface Ending {
    /** It came to its end. */
    record Finished(Response response) implements Ending {}

    /** It waits for something, and holds nothing meanwhile. */
    record Suspended(Next until) implements Ending {}

    /**
     * It cannot go on now, and may later.
     *
     * @param step in which that was; empty if in none
     */
    record Failed(Throwable cause, String step) implements Ending {
        Failed(Throwable cause) {
            this(cause, "");
        }
    }

    /** It must not go on until somebody has looked. */
    record Stuck(String reason) implements Ending {}

    /** Somebody else has it. */
    record LeaseLost() implements Ending {}

    /** A transaction failed, or may have; after a look at what there is, the operation is worth running again here (P8). */
    record Interfered(StoreException failure) implements Ending {}
}
