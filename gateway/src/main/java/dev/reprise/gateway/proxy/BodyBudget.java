package dev.reprise.gateway.proxy;

import java.util.concurrent.atomic.AtomicLong;

/** Bounds how many bytes of bodies are held at once, over all requests. Thread-safe. */
public final class BodyBudget {
    private final AtomicLong left;

    /** A budget of that many bytes. */
    public BodyBudget(long bytes) {
        left = new AtomicLong(bytes);
    }

    /** A share for one body. */
    Share share() {
        return new Share();
    }

    /** What one body has taken. Used by one thread at a time. */
    final class Share {
        private long taken;

        /** Whether that many more bytes may be held. */
        boolean take(int bytes) {
            if (left.addAndGet(-bytes) < 0) {
                left.addAndGet(bytes);
                return false;
            }
            taken += bytes;
            return true;
        }

        /** Gives everything back; once more does nothing. */
        void giveBack() {
            left.addAndGet(taken);
            taken = 0;
        }
    }
}
