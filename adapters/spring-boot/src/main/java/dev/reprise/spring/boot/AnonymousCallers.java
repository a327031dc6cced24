package dev.reprise.spring.boot;

import dev.reprise.http.RequestView;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicBoolean;

/** The principal that callers without one share, and what the log says of that. Thread-safe. */
final class AnonymousCallers {
    private static final Logger LOG = System.getLogger(AnonymousCallers.class.getName());

    private final AtomicBoolean said = new AtomicBoolean();
    private final Class<?> cure;

    /** @param cure the bean by which an application tells them apart */
    AnonymousCallers(Class<?> cure) {
        this.cure = cure;
    }

    /** One of them has called. */
    String principal() {
        if (said.compareAndSet(false, true)) {
            LOG.log(
                    Level.WARNING,
                    "A protected endpoint was called without authentication. All such callers share their idempotency keys: who "
                            + "knows the key of another one gets the same answer. Authenticate them, or declare a bean of "
                            + cure.getSimpleName() + " that tells them apart. This is said once");
        }
        return RequestView.ANONYMOUS;
    }
}
