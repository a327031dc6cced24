package dev.reprise.internal;

import dev.reprise.IdempotencyEvent;
import dev.reprise.IdempotencyListener;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Tells the listener, if there is one, and measures durations for it. */
public final class Events {
    private static final Logger LOG = System.getLogger(IdempotencyListener.class.getName());

    private final @Nullable IdempotencyListener listener;
    private final LongSupplier nanoTime;

    public Events(@Nullable IdempotencyListener listener, LongSupplier nanoTime) {
        this.listener = listener;
        this.nanoTime = nanoTime;
    }

    /** What a listener throws is its own problem, errors included: whoever tells it has an operation to end. */
    public void tell(Supplier<IdempotencyEvent> event) {
        if (listener != null) {
            try {
                listener.on(event.get());
            } catch (RuntimeException | Error e) {
                Failures.log(LOG, Level.WARNING, "A listener failed: ", listener.getClass(), e);
            }
        }
    }

    /** Whether anybody listens. */
    public boolean heard() {
        return listener != null;
    }

    public long now() {
        return nanoTime.getAsLong();
    }

    public Duration since(long startedNanos) {
        return Duration.ofNanos(nanoTime.getAsLong() - startedNanos);
    }
}
