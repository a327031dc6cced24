package dev.reprise.resumable;

import dev.reprise.internal.Background;
import dev.reprise.internal.Periodic;
import dev.reprise.spi.EngineRuntime;
import dev.reprise.spi.Lease;
import dev.reprise.spi.ResumableStore.Next;
import dev.reprise.spi.ResumableStore.Progress;
import dev.reprise.spi.StoreException;
import dev.reprise.spi.Transactions.Transaction;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Goes on with operations that nobody is at work on (P7). It looks for them again and again, at moments that differ from node
 * to node, and works on a few at a time: on one at first, on one more after each that was finished, and on half as many after
 * each that failed. Thread-safe.
 */
final class Completer<T> implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Completer.class.getName());
    private static final int MOST_AT_ONCE = 32;

    private final ResumableParts<T> parts;
    private final Carrier<T> carrier;
    private final Background background;
    private final List<Resumable<?, ?, T>> types;
    private final Duration pause;
    private final int mostAtWork;
    private final AtomicInteger atWork = new AtomicInteger();
    private final AtomicInteger allowed = new AtomicInteger(1);
    private final Periodic periodic;
    private volatile boolean closing;
    private volatile boolean paused;
    private int first;

    /** Starts it. */
    Completer(
            ResumableParts<T> parts,
            Carrier<T> carrier,
            Background background,
            List<Resumable<?, ?, T>> types,
            Duration pause,
            int mostAtWork,
            boolean paused) {
        this.parts = parts;
        this.carrier = carrier;
        this.background = background;
        this.types = types;
        this.pause = pause;
        this.mostAtWork = mostAtWork;
        this.paused = paused;
        this.periodic = new Periodic(parts.runtime(), "reprise-completer", pause.dividedBy(2), this::look);
    }

    private void look() {
        if (types.isEmpty() || mostAtWork == 0 || paused) {
            return;
        }
        try {
            EngineRuntime runtime = parts.runtime();
            runtime.sleep(Duration.ofNanos(runtime.random().nextLong(pause.toNanos() + 1)));
        } catch (InterruptedException e) {
            return;
        }
        first = (first + 1) % types.size();
        for (int i = 0; i < types.size() && takesOver(); i++) {
            Resumable<?, ?, T> type = types.get((first + i) % types.size());
            int free = Math.min(allowed.get() - atWork.get(), MOST_AT_ONCE);
            if (free > 0) {
                takeOver(type, free).forEach(lease -> start(type, lease));
            }
        }
    }

    private List<Lease> takeOver(Resumable<?, ?, T> type, int limit) {
        return parts.store()
                .takeOver(type.type(), parts.owners()::next, type.policy().lease(), limit);
    }

    private boolean takesOver() {
        return !closing && !paused;
    }

    void pause(boolean chosen) {
        paused = chosen;
    }

    /** Whether one more may be started here. */
    boolean hasRoom() {
        return !closing && atWork.get() < mostAtWork;
    }

    /** Goes on with an operation that this node holds. */
    void start(Resumable<?, ?, T> type, Lease lease) {
        atWork.incrementAndGet();
        boolean started = false;
        try {
            started = background.start("reprise-resumption", () -> {
                try {
                    work(type, lease);
                } finally {
                    atWork.decrementAndGet();
                }
            });
        } finally {
            if (!started) {
                atWork.decrementAndGet();
                giveBack(lease);
            }
        }
    }

    /** One after the other, as long as there are some. */
    private void work(Resumable<?, ?, T> type, Lease taken) {
        Lease lease = taken;
        while (lease != null) {
            count(carrier.carry(type, lease));
            lease = takesOver() && atWork.get() <= allowed.get() ? next(type) : null;
        }
    }

    private @Nullable Lease next(Resumable<?, ?, T> type) {
        try {
            return takeOver(type, 1).stream().findFirst().orElse(null);
        } catch (StoreException e) {
            LOG.log(Level.WARNING, "Looks later for more operations of " + type.type() + ": " + e.getMessage());
            return null;
        }
    }

    private void count(Carried carried) {
        switch (carried) {
            case Carried.Finished ignored -> allowed.updateAndGet(now -> Math.min(mostAtWork, now + 1));
            case Carried.GoesOn(boolean failed) -> {
                if (failed) {
                    allowed.updateAndGet(now -> Math.max(1, now / 2));
                }
            }
            case Carried.Parked ignored -> allowed.updateAndGet(now -> Math.max(1, now / 2));
            case Carried.NotStarted ignored -> {
                // What was taken over had been started.
            }
        }
    }

    /** This node is about to end: somebody else may have it at once. */
    private void giveBack(Lease lease) {
        try (Transaction<T> transaction = parts.transactions().begin()) {
            parts.store()
                    .write(
                            transaction.handle(),
                            lease,
                            new Progress(List.of(), new Next.Wait(Duration.ZERO, "Its node was shut down")));
            transaction.commit();
        } catch (StoreException e) {
            LOG.log(Level.INFO, lease.id() + " is left to its lease: " + e.getMessage());
        }
    }

    Optional<String> problem() {
        return periodic.problem();
    }

    @Override
    public void close() {
        closing = true;
        periodic.close();
    }
}
