package dev.reprise.outbox;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How a round of attempts ended. */
sealed interface Round {
    /** With a definitive answer. */
    record Ended(OutboxState state, int status, Body answer) implements Round {}

    /** With nothing definitive; it goes on after that time. */
    record Later(Duration pause, boolean open, String note) implements Round {}

    /** In a way that another attempt cannot mend. */
    record Parked(boolean open, @Nullable Integer status, String note) implements Round {}

    /** Bytes, as records do not hold arrays. */
    final class Body {
        private final byte[] bytes;

        Body(byte[] bytes) {
            this.bytes = bytes.clone();
        }

        byte[] bytes() {
            return bytes.clone();
        }
    }
}
