package dev.reprise.webhook;

import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState;
import dev.reprise.spi.OperationQuery;
import dev.reprise.spi.OperationStore;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks for operations whose outcome is unknown: in the store's index of them, a bounded number at a time, since any process can
 * have made them so; and at once for those that it hears of. Thread-safe.
 */
final class UnknownWatch {
    private static final System.Logger LOG = System.getLogger(UnknownWatch.class.getName());
    private static final int PAGE = 100;
    /** How many pages are read in one go. The next one begins where this one has ended, after a pause. */
    private static final int PAGES = 10;

    private static final int MOST_HEARD = 1000;
    /**
     * Between two turns, so that neither many unknown operations nor a storm of retries, each of which is heard, is one of questions to
     * the store.
     */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private static final long PURGE_EVERY = Duration.ofHours(1).toNanos();
    /** How long closing waits for a question that has been asked. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final OperationStore store;
    private final UnknownMessages messages;
    private final Duration interval;
    private final Duration longest;
    private final Set<OperationId> heard = ConcurrentHashMap.newKeySet();
    private final Semaphore bell = new Semaphore(0);
    private final CountDownLatch closed = new CountDownLatch(1);
    private @Nullable Thread thread;
    private @Nullable String next;
    private long walkAt = System.nanoTime();
    private long purgeAt = walkAt;
    private volatile @Nullable Throwable failing;
    /** When the store or the outbox was asked that has not answered, in nanoseconds of the system's clock. */
    private volatile @Nullable Long asked;

    /**
     * @param interval how long to rest when all has been looked at
     * @param longest what one question to the store or the outbox takes at most if it works
     */
    UnknownWatch(OperationStore store, UnknownMessages messages, Duration interval, Duration longest) {
        this.store = store;
        this.messages = messages;
        this.interval = interval;
        this.longest = longest;
    }

    /** Has a look at this one soon. Does not block; what there is no room for is found later. */
    void hear(OperationId id) {
        if (heard.size() < MOST_HEARD && heard.add(id)) {
            bell.release();
        }
    }

    /** Not a virtual thread: the native code of SQLite would hold its carrier. */
    synchronized void start() {
        if (thread == null) {
            thread = Thread.ofPlatform().daemon().name("reprise-webhook").start(this::run);
        }
    }

    private void run() {
        while (!isClosed()) {
            try {
                turn();
                var unused = closed.await(Math.min(PAUSE.toNanos(), interval.toNanos()), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                LOG.log(Level.WARNING, "Somebody has interrupted the webhook, which goes on; close it to end it");
            }
        }
    }

    private void turn() throws InterruptedException {
        long now = System.nanoTime();
        if (bell.tryAcquire(Math.max(0, Math.min(walkAt - now, purgeAt - now)), TimeUnit.NANOSECONDS)) {
            bell.drainPermits();
            boolean unused = attempt(this::lookUp);
        }
        if (System.nanoTime() - walkAt >= 0) {
            boolean more = attempt(this::walk);
            walkAt = System.nanoTime() + (more ? 0 : interval.toNanos());
        }
        if (System.nanoTime() - purgeAt >= 0) {
            boolean more = attempt(this::purge);
            purgeAt = System.nanoTime() + (more ? 0 : PURGE_EVERY);
        }
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    /** Whether there is more of that work in the next turn. Nothing that the store or the outbox throws ends it. */
    private boolean attempt(BooleanSupplier work) {
        try {
            return work.getAsBoolean();
        } catch (Throwable e) {
            if (failing == null) {
                LOG.log(Level.WARNING, "Unknown outcomes cannot be told of at the moment; it is tried again", e);
            }
            failing = e;
            return false;
        } finally {
            asked = null;
        }
    }

    private boolean lookUp() {
        for (OperationId id : List.copyOf(heard)) {
            heard.remove(id);
            asked = System.nanoTime();
            store.find(id).ifPresent(this::add);
        }
        return false;
    }

    private void add(OperationRecord record) {
        asked = System.nanoTime();
        messages.add(record);
    }

    /** Whether it has not come to the end. */
    private boolean walk() {
        OperationQuery query = OperationQuery.of(Set.of(OperationState.Kind.UNKNOWN), PAGE);
        for (int page = 0; page < PAGES && !isClosed(); page++) {
            OperationQuery here = query.from(next);
            // If this fails, the next look begins anew.
            next = null;
            asked = System.nanoTime();
            OperationQuery.Page<OperationRecord> found = store.list(here);
            found.items().forEach(this::add);
            next = found.next();
            if (next == null) {
                break;
            }
        }
        if (failing != null) {
            failing = null;
            LOG.log(Level.INFO, "Unknown outcomes are told of again");
        }
        return next != null;
    }

    private boolean purge() {
        asked = System.nanoTime();
        return messages.purge();
    }

    /** What keeps it from finding unknown outcomes; null if nothing does, or if it was not started. Does not block. */
    @Nullable
    String trouble() {
        Thread running = thread();
        if (running != null && !running.isAlive()) {
            return "The thread that looks for unknown outcomes has ended: look into the log for the reason, and restart";
        }
        Throwable failed = failing;
        if (failed != null) {
            return "Unknown outcomes cannot be looked for, or not be written down: " + failed;
        }
        Long since = asked;
        if (since != null && System.nanoTime() - since > longest.toNanos()) {
            return "The store or the outbox has not answered for longer than " + longest;
        }
        return null;
    }

    /** Ends it, and waits until it has let go of the store and the outbox, unless one of them does not answer. */
    void close() {
        closed.countDown();
        bell.release();
        Thread running = thread();
        try {
            if (running != null && !running.join(PATIENCE)) {
                LOG.log(Level.WARNING, "The webhook did not stop in time: the store or the outbox does not answer");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized @Nullable Thread thread() {
        return thread;
    }
}
