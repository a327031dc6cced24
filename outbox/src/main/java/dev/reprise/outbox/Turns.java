package dev.reprise.outbox;

import dev.reprise.outbox.Deliverer.Health;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a deliverer does in the background: takes operations in turns, as many as there is room for, until it is closed. Nothing
 * that is thrown in a turn or in a round ends it. Thread-safe.
 */
final class Turns {
    private static final Logger LOG = System.getLogger(Turns.class.getName());
    /** How often it is logged that the outbox fails, as long as it does. */
    private static final Duration BETWEEN_LINES = Duration.ofMinutes(1);
    /** How long closing waits for the database. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Outbox outbox;
    private final Duration lease;
    private final Duration interval;
    private final Consumer<Claimed> unbegun;
    /** One permit for each operation that may be sent besides those that are. */
    private final Semaphore room;

    private final CountDownLatch closed = new CountDownLatch(1);
    private @Nullable Thread thread;
    private volatile @Nullable Failing failing;
    /** When the outbox was asked that has not answered, in nanoseconds of the system's clock. */
    private volatile @Nullable Long asked;

    /** The outbox has failed that often, and the last time with that; and when it was logged, in nanoseconds of the system's clock. */
    private record Failing(int times, Throwable last, long logged) {}

    /** @param unbegun what to do about an operation that was taken, and whose round cannot be begun */
    Turns(Outbox outbox, int atOnce, Duration lease, Duration interval, Consumer<Claimed> unbegun) {
        this.outbox = outbox;
        this.room = new Semaphore(atOnce);
        this.lease = lease;
        this.interval = interval;
        this.unbegun = unbegun;
    }

    /** Not virtual ones: the native code of SQLite, which waits for its file, would hold their carriers. */
    static ExecutorService threads() {
        return Executors.newThreadPerTaskExecutor(
                Thread.ofPlatform().daemon().name("reprise-outbox-", 1).factory());
    }

    /**
     * Begins.
     *
     * @param rounds asked before operations are taken: what to do with each of them, on a thread of its own
     */
    synchronized void start(Supplier<Consumer<Claimed>> rounds) {
        if (thread == null) {
            thread = Thread.ofPlatform().daemon().name("reprise-outbox").start(() -> run(rounds));
        }
    }

    private void run(Supplier<Consumer<Claimed>> rounds) {
        try (ExecutorService threads = threads()) {
            while (!isClosed()) {
                turn(threads, rounds);
            }
        }
    }

    private void turn(ExecutorService threads, Supplier<Consumer<Claimed>> rounds) {
        boolean more = false;
        try {
            more = takeMore(threads, rounds);
            failing = null;
        } catch (InterruptedException e) {
            LOG.log(Level.WARNING, "Somebody has interrupted a deliverer, which goes on; close it to end it");
        } catch (Throwable e) {
            failed(e);
        }
        if (!more) {
            rest();
        }
    }

    private void failed(Throwable e) {
        Failing before = failing;
        int times = before == null ? 1 : before.times() + 1;
        long now = System.nanoTime();
        if (before != null && now - before.logged() < BETWEEN_LINES.toNanos()) {
            failing = new Failing(times, e, before.logged());
            return;
        }
        failing = new Failing(times, e, now);
        LOG.log(Level.ERROR, "The outbox failed, and is tried again every " + interval, e);
    }

    private void rest() {
        try {
            var unused = closed.await(interval.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            LOG.log(Level.WARNING, "Somebody has interrupted a deliverer, which goes on; close it to end it");
        }
    }

    /** Takes what there is room for, so that a slow operation keeps nobody up but itself; false if nothing was due. */
    boolean takeMore(ExecutorService threads, Supplier<Consumer<Claimed>> rounds) throws InterruptedException {
        room.acquire();
        int most = 1 + room.drainPermits();
        List<Claimed> due = List.of();
        int begun = 0;
        try {
            Consumer<Claimed> round = rounds.get();
            due = isClosed() ? due : claim(most);
            for (Claimed claimed : due) {
                begin(threads, round, claimed);
                begun++;
            }
            return !due.isEmpty();
        } finally {
            room.release(most - begun);
            // As when there are no more threads: nothing was sent, so nobody has to wait for the end of the lease.
            due.subList(begun, due.size()).forEach(this::giveBack);
        }
    }

    private void giveBack(Claimed claimed) {
        try {
            unbegun.accept(claimed);
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, claimed.request() + " was not begun, and is due again when its lease ends", e);
        }
    }

    private List<Claimed> claim(int most) {
        asked = System.nanoTime();
        try {
            return outbox.claim(most, lease);
        } finally {
            asked = null;
        }
    }

    private void begin(ExecutorService threads, Consumer<Claimed> round, Claimed claimed) {
        threads.execute(() -> {
            try {
                round.accept(claimed);
            } catch (Throwable e) {
                LOG.log(Level.ERROR, "What became of " + claimed.request() + " could not be recorded", e);
            } finally {
                room.release();
            }
        });
    }

    boolean isClosed() {
        return closed.getCount() == 0;
    }

    void close() {
        closed.countDown();
    }

    /** Waits until it has ended, unless the database does not answer. */
    void join() {
        Thread running;
        synchronized (this) {
            running = thread;
        }
        try {
            if (running != null && !running.join(PATIENCE)) {
                LOG.log(
                        Level.WARNING,
                        "A deliverer did not stop in time, since the outbox does not answer; what it has taken is due again after {0}",
                        lease);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    synchronized Health health() {
        if (isClosed()) {
            return new Health(false, "It is closed: make another one.");
        }
        if (thread == null) {
            return new Health(false, "It has not been started.");
        }
        if (!thread.isAlive()) {
            return new Health(false, "Its thread has ended: make another one, and look into the log for the reason.");
        }
        Failing failed = failing;
        if (failed != null) {
            return new Health(
                    false,
                    "The outbox has failed " + failed.times() + " times in a row, the last time with: "
                            + failed.last());
        }
        Long since = asked;
        if (since != null && System.nanoTime() - since > lease.toNanos()) {
            return new Health(
                    false, "The outbox has not answered for longer than " + lease + ": look at the database.");
        }
        return new Health(true, null);
    }
}
