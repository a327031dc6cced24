package dev.reprise.resumable;

import dev.reprise.IdempotencyEvent;
import dev.reprise.internal.Background;
import dev.reprise.internal.Periodic;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.ResumableStore.Next;
import dev.reprise.spi.ResumableStore.Progress;
import dev.reprise.spi.StoreException;
import dev.reprise.spi.Transactions.Transaction;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Renews the leases of operations that run here, each in a transaction of its own when a third of it has passed, and commits
 * what is finished if its transaction has been open for long. Thread-safe.
 */
final class Renewals<T> implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Renewals.class.getName());
    private static final Duration BEAT = Duration.ofMillis(100);
    private static final Duration LONGEST_IDLE = Duration.ofSeconds(1);

    private final ConcurrentHashMap<Run<T>, Beating> beating = new ConcurrentHashMap<>();
    private final ResumableParts<T> parts;
    private final Background background;
    private final Periodic periodic;

    /** Starts them. */
    Renewals(ResumableParts<T> parts, Background background) {
        this.parts = parts;
        this.background = background;
        this.periodic = new Periodic(parts.runtime(), "reprise-resumable-renewals", BEAT, this::beat);
    }

    void start(Run<T> run) {
        beating.put(run, new Beating(parts.runtime().nanoTime()));
    }

    void stop(Run<T> run) {
        beating.remove(run);
    }

    int running() {
        return beating.size();
    }

    private void beat() {
        long now = parts.runtime().nanoTime();
        beating.forEach((run, one) -> {
            run.limits().interruptLate(now);
            if (one.busy) {
                return;
            }
            Lease lease = run.lease();
            if (now - one.startedNanos > run.policy().maxRunTime().toNanos()) {
                ranTooLong(run);
            } else if (run.mayCommitIdle(LONGEST_IDLE)) {
                start(one, run::commitIdle);
            } else if (lease != null && now - one.renewedNanos >= lease.length().toNanos() / 3) {
                start(one, () -> renew(run, lease, one, now));
            }
        });
    }

    private void ranTooLong(Run<T> run) {
        if (beating.remove(run) != null) {
            parts.events()
                    .tell(() -> new IdempotencyEvent.RanTooLong(
                            run.id(), run.policy().maxRunTime()));
            run.endAtNextStep(new Ending.Failed(new IllegalStateException(
                    "It ran for more than " + run.policy().maxRunTime() + ", and its lease is not renewed any more")));
            run.limits().interruptAll();
        }
    }

    /** One at a time for each run; one that cannot be started leaves the others alone. */
    private void start(Beating one, Runnable task) {
        one.busy = true;
        boolean started = false;
        try {
            started = background.start("reprise-resumable-renewal", () -> {
                try {
                    task.run();
                } finally {
                    one.busy = false;
                }
            });
        } finally {
            if (!started) {
                one.busy = false;
            }
        }
    }

    private void renew(Run<T> run, Lease lease, Beating one, long now) {
        try (Transaction<T> transaction = parts.transactions().begin()) {
            Progress none = new Progress(List.of(), new Next.GoOn());
            if (!beating.containsKey(run)) {
                return;
            }
            if (parts.store().write(transaction.handle(), lease, none) == LeaseStatus.HELD) {
                transaction.commit();
                one.renewedNanos = now;
            } else if (beating.remove(run) != null) {
                run.endAtNextStep(new Ending.LeaseLost());
            }
        } catch (StoreException e) {
            // The next beat tries again, and whoever takes over meanwhile is found out then.
            LOG.log(Level.DEBUG, "The lease of " + run.id() + " could not be renewed: " + e.getMessage());
        }
    }

    Optional<String> problem() {
        return periodic.problem();
    }

    @Override
    public void close() {
        periodic.close();
    }

    private static final class Beating {
        private final long startedNanos;
        private volatile long renewedNanos;
        private volatile boolean busy;

        private Beating(long startedNanos) {
            this.startedNanos = startedNanos;
            this.renewedNanos = startedNanos;
        }
    }
}
