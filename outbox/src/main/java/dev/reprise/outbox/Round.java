package dev.reprise.outbox;

import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** How a round of attempts ended. */
sealed interface Round {
    /** With a definitive answer. */
    record Ended(OutboxState state, int status, Body answer) implements Round {}

    /** With nothing definitive; it goes on then. */
    record Later(Instant then, boolean open, String note) implements Round {}

    /** In a way that another attempt cannot mend. */
    record Parked(boolean open, @Nullable Integer status, String note) implements Round {}

    /** Bytes, as records do not hold arrays. */
    final class Body {
        private static final int BOUND = 1 << 20;
        private final byte[] bytes;

        /** At most the first mebibyte of them. */
        Body(byte[] bytes) {
            this.bytes = Arrays.copyOf(bytes, Math.min(BOUND, bytes.length));
        }

        byte[] bytes() {
            return bytes.clone();
        }
    }
}
