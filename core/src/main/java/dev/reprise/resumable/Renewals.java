package dev.reprise.resumable;

import dev.reprise.IdempotencyEvent;
import dev.reprise.IdempotencyException;
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
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Renews the leases of operations that run here, each in a transaction of its own when a third of it has passed, and commits
 * what is finished if its transaction has been open for long. Thread-safe.
 */
final class Renewals<T> implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Renewals.class.getName());
    private static final Duration BEAT = Duration.ofMillis(100);
    private static final Duration LONGEST_IDLE = Duration.ofSeconds(1);

    private final ConcurrentSkipListMap<Long, Beating<T>> beating = new ConcurrentSkipListMap<>();
    private final AtomicLong started = new AtomicLong();
    private final ResumableParts<T> parts;
    private final Background background;
    private final Periodic periodic;

    /** Starts them. */
    Renewals(ResumableParts<T> parts, Background background) {
        this.parts = parts;
        this.background = background;
        this.periodic = new Periodic(parts.runtime(), "reprise-resumable-renewals", BEAT, this::beat);
    }

    /** Renews the lease of a run, as soon as it has one, until {@link #stop}. */
    Beating<T> start(Run<T> run) {
        Beating<T> one =
                new Beating<>(run, started.incrementAndGet(), parts.runtime().nanoTime());
        beating.put(one.number, one);
        return one;
    }

    /** Whether it had not been stopped before. */
    boolean stop(Beating<T> one) {
        return beating.remove(one.number, one);
    }

    int running() {
        return beating.size();
    }

    private void beat() {
        long now = parts.runtime().nanoTime();
        for (Beating<T> one : beating.values()) {
            one.run.limits().interruptLate(now);
            if (one.busy) {
                continue;
            }
            Lease lease = one.run.lease();
            if (now - one.startedNanos > one.run.policy().maxRunTime().toNanos()) {
                ranTooLong(one);
            } else if (one.run.mayCommitIdle(LONGEST_IDLE)) {
                start(one, one.run::commitIdle);
            } else if (lease != null && now - one.renewedNanos >= lease.length().toNanos() / 3) {
                start(one, () -> renew(one, lease, now));
            }
        }
    }

    private void ranTooLong(Beating<T> one) {
        if (stop(one)) {
            Run<T> run = one.run;
            run.stop(new Ending.Failed(new IdempotencyException(
                    "It ran for more than " + run.policy().maxRunTime() + ", and its lease is not renewed any more",
                    null)));
            parts.events()
                    .tell(() -> new IdempotencyEvent.RanTooLong(
                            run.id(), run.policy().maxRunTime()));
            run.limits().interruptAll();
        }
    }

    /** One at a time for each run; one that cannot be started leaves the others alone. */
    private void start(Beating<T> one, Runnable task) {
        one.busy = true;
        boolean begun = false;
        try {
            begun = background.start("reprise-resumable-renewal", () -> {
                try {
                    task.run();
                } finally {
                    one.busy = false;
                }
            });
        } finally {
            if (!begun) {
                one.busy = false;
            }
        }
    }

    private void renew(Beating<T> one, Lease lease, long now) {
        try (Transaction<T> transaction = parts.transactions().begin()) {
            Progress none = new Progress(List.of(), new Next.GoOn());
            if (!beating.containsKey(one.number)) {
                return;
            }
            if (parts.store().write(transaction.handle(), lease, none) == LeaseStatus.HELD) {
                transaction.commit();
                one.renewedNanos = now;
            } else if (stop(one)) {
                one.run.stop(new Ending.LeaseLost());
            }
        } catch (StoreException e) {
            // The next beat tries again, and whoever takes over meanwhile is found out then.
            LOG.log(Level.DEBUG, "The lease of " + one.run.id() + " could not be renewed: " + e.getMessage());
        }
    }

    Optional<String> problem() {
        return periodic.problem();
    }

    @Override
    public void close() {
        periodic.close();
    }

    /** A run whose lease is renewed. */
    static final class Beating<T> {
        private final Run<T> run;
        private final long number;
        private final long startedNanos;
        private volatile long renewedNanos;
        private volatile boolean busy;

        private Beating(Run<T> run, long number, long startedNanos) {
            this.run = run;
            this.number = number;
            this.startedNanos = startedNanos;
            this.renewedNanos = startedNanos;
        }
    }
}
