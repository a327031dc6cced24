package dev.reprise.outbox;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How a round of attempts ended. */
sealed interface DeliveryRound {
    /** The state of the operation by then. */
    OutboxState state();

    /** With a definitive answer. */
    record Ended(OutboxState state, int status, Body answer) implements DeliveryRound {}

    /** With nothing definitive; it goes on after that time. How long the server remembers it is null if it did not say. */
    record Later(Duration pause, boolean open, @Nullable Duration remembered, String note) implements DeliveryRound {
        Later(Duration pause, boolean open, String note) {
            this(pause, open, null, note);
        }

        @Override
        public OutboxState state() {
            return OutboxState.PENDING;
        }
    }

    /** In a way that another attempt cannot mend. */
    record Parked(
            boolean open,
            @Nullable Integer status,
            @Nullable Duration remembered,
            String note) implements DeliveryRound {
        Parked(boolean open, String note) {
            this(open, null, null, note);
        }

        @Override
        public OutboxState state() {
            return OutboxState.PARKED;
        }
    }

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
