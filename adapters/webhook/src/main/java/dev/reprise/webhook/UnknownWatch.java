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
import org.jspecify.annotations.Nullable;

/**
 * Looks for operations whose outcome is unknown: in the store's index of them, a bounded number at a time, since any process can
 * have made them so; and at once for those that it hears of. Thread-safe.
 */
final class UnknownWatch {
    private static final System.Logger LOG = System.getLogger(UnknownWatch.class.getName());
    private static final int PAGE = 100;
    /** How many pages are read in one go. The next one begins where this one has ended. */
    private static final int PAGES = 10;

    private static final int MOST_HEARD = 1000;
    /** Between two looks, so that a storm of retries, each of which is heard, is none of questions to the store. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private static final long PURGE_EVERY = Duration.ofHours(1).toNanos();

    private final OperationStore store;
    private final UnknownMessages messages;
    private final Duration interval;
    private final Set<OperationId> heard = ConcurrentHashMap.newKeySet();
    private final Semaphore bell = new Semaphore(0);
    private final CountDownLatch closed = new CountDownLatch(1);
    private @Nullable Thread thread;
    private @Nullable String next;
    private boolean failing;

    UnknownWatch(OperationStore store, UnknownMessages messages, Duration interval) {
        this.store = store;
        this.messages = messages;
        this.interval = interval;
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
        long walkAt = System.nanoTime();
        long purgeAt = walkAt;
        try {
            while (closed.getCount() > 0) {
                boolean rang = bell.tryAcquire(Math.max(0, walkAt - System.nanoTime()), TimeUnit.NANOSECONDS);
                if (rang) {
                    bell.drainPermits();
                    attempt(this::lookUp);
                }
                if (System.nanoTime() - walkAt >= 0) {
                    attempt(this::walk);
                    walkAt = System.nanoTime() + interval.toNanos();
                }
                if (System.nanoTime() - purgeAt >= 0) {
                    attempt(messages::purge);
                    purgeAt = System.nanoTime() + PURGE_EVERY;
                }
                var unused = closed.await(Math.min(PAUSE.toNanos(), interval.toNanos()), TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException e) {
            LOG.log(Level.WARNING, "Somebody has interrupted the webhook, which tells nobody any more");
        }
    }

    /** Nothing that the store or the outbox throws ends it. */
    private void attempt(Runnable work) {
        try {
            work.run();
        } catch (Throwable e) {
            if (!failing) {
                failing = true;
                LOG.log(Level.WARNING, "Unknown outcomes cannot be told of at the moment; it is tried again", e);
            }
        }
    }

    private void lookUp() {
        for (OperationId id : List.copyOf(heard)) {
            heard.remove(id);
            store.find(id).ifPresent(messages::add);
        }
    }

    private void walk() {
        OperationQuery query = OperationQuery.of(Set.of(OperationState.Kind.UNKNOWN), PAGE);
        for (int page = 0; page < PAGES && closed.getCount() > 0; page++) {
            OperationQuery here = query.from(next);
            // If this fails, the next look begins anew.
            next = null;
            OperationQuery.Page<OperationRecord> found = store.list(here);
            found.items().forEach(messages::add);
            next = found.next();
            if (next == null) {
                break;
            }
        }
        if (failing) {
            failing = false;
            LOG.log(Level.INFO, "Unknown outcomes are told of again");
        }
    }

    /** Ends it, and waits until it has let go of the store and the outbox. */
    void close() {
        closed.countDown();
        bell.release();
        Thread running;
        synchronized (this) {
            running = thread;
        }
        if (running != null) {
            try {
                running.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
