package dev.reprise.gateway.store;

import dev.reprise.gateway.config.StoreLocation;
import dev.reprise.spi.StoreException;
import dev.reprise.spi.support.MovingStore;
import java.lang.System.Logger.Level;
import java.time.Duration;

/** Brings all records over in the background, and says in the log how far it is. It tries again when a store fails. */
final class Mover implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Mover.class.getName());
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final Duration REPORT = Duration.ofSeconds(10);

    private final MovingStore store;
    private final StoreLocation from;
    private final Thread thread;
    private long reported = System.nanoTime();

    private Mover(MovingStore store, StoreLocation from) {
        this.store = store;
        this.from = from;
        this.thread = Thread.ofVirtual().name("reprise-mover").unstarted(this::run);
    }

    static Mover start(MovingStore store, StoreLocation from) {
        Mover mover = new Mover(store, from);
        mover.thread.start();
        return mover;
    }

    private void run() {
        Duration pause = FIRST_PAUSE;
        while (true) {
            try {
                long brought = store.bringAll(this::report);
                LOG.log(
                        Level.INFO,
                        "All records of {0} are here now, {1} of them by this run. Take move-from out of the settings.",
                        from,
                        brought);
                return;
            } catch (InterruptedException e) {
                return;
            } catch (StoreException e) {
                LOG.log(Level.WARNING, "Records stay in {0} for now, and move when they are asked for: {1}", from, e);
            }
            try {
                Thread.sleep(pause);
            } catch (InterruptedException e) {
                return;
            }
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        }
    }

    private void report(long seen) {
        if (System.nanoTime() - reported >= REPORT.toNanos()) {
            reported = System.nanoTime();
            LOG.log(Level.INFO, "{0} records of {1} are here or have been here before", seen, from);
        }
    }

    /** Stops it, and waits until it has let go of the stores. */
    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
