package dev.reprise;

import dev.reprise.internal.Background;
import dev.reprise.spi.EngineRuntime;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.StoreException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Renews the leases of running handlers, each when a third of it has passed, until the handler ends or has run for as long
 * as its policy allows; and knows the handlers until their outcomes are settled, whatever became of their leases. Thread-safe.
 */
final class Heartbeat {
    private static final Logger LOG = System.getLogger(Heartbeat.class.getName());

    /** By the owner that claimed: tokens may be the same for several operations, and an operation may have several handlers. */
    private final ConcurrentHashMap<Owner, Beating> beating = new ConcurrentHashMap<>();

    private final GuardedStore store;
    private final EngineRuntime runtime;
    private final Background background;

    /** @param background where renewals run, since each waits for the store */
    Heartbeat(GuardedStore store, EngineRuntime runtime, Background background) {
        this.store = store;
        this.runtime = runtime;
        this.background = background;
    }

    void start(LeasedExecution execution) {
        beating.put(execution.owner(), new Beating(execution, runtime.nanoTime()));
    }

    void stop(LeasedExecution execution) {
        Beating one = beating.remove(execution.owner());
        if (one != null) {
            one.over();
        }
    }

    /** Whether a handler of the operation was started and not stopped. Looks at all of them. */
    boolean knows(OperationId id) {
        for (Beating one : beating.values()) {
            if (one.lease().id().equals(id)) {
                return true;
            }
        }
        return false;
    }

    /** Starts the renewals that are due. One that cannot be started leaves the others alone. */
    void beat() {
        long now = runtime.nanoTime();
        Throwable failure = null;
        for (Beating one : beating.values()) {
            try {
                beat(one, now);
            } catch (RuntimeException | Error e) {
                failure = e;
            }
        }
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof RuntimeException exception) {
            throw exception;
        }
    }

    private void beat(Beating one, long now) {
        if (one.isOver()) {
            return;
        }
        OperationPolicy policy = one.execution.operation().policy();
        if (now - one.startedNanos > policy.maxRunTime().toNanos()) {
            if (one.over()) {
                one.execution.ranTooLong();
            }
        } else if (!one.renewing
                && now - one.renewedNanos >= one.lease().length().toNanos() / 3) {
            one.renewing = true;
            boolean started = false;
            try {
                started = background.start("reprise-renewal", () -> renew(one, now));
            } finally {
                if (!started) {
                    one.renewing = false;
                }
            }
        }
    }

    private void renew(Beating one, long now) {
        try {
            // A handler that has finished in the meantime needs no renewal; one that finishes meanwhile makes this
            // renewal change nothing, since its record is no longer running.
            if (one.isOver()) {
                return;
            }
            if (store.renew(one.lease()) == LeaseStatus.HELD) {
                one.renewedNanos = now;
            } else if (one.over()) {
                one.execution.renewalWasRefused();
            }
        } catch (StoreException e) {
            // The next beat tries again, and whoever takes over meanwhile is found out then.
            LOG.log(Level.DEBUG, "The lease of " + one.lease().id() + " could not be renewed: " + e.getMessage());
        } finally {
            one.renewing = false;
        }
    }

    private static final class Beating {
        private final LeasedExecution execution;
        private final long startedNanos;
        private volatile long renewedNanos;
        private volatile boolean renewing;
        private final AtomicBoolean over = new AtomicBoolean();

        private Beating(LeasedExecution execution, long startedNanos) {
            this.execution = execution;
            this.startedNanos = startedNanos;
            this.renewedNanos = startedNanos;
        }

        private Lease lease() {
            return execution.lease();
        }

        /** Ends the renewals; false if they had ended. */
        private boolean over() {
            return over.compareAndSet(false, true);
        }

        private boolean isOver() {
            return over.get();
        }
    }
}
