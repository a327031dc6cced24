package dev.reprise.internal;

import dev.reprise.spi.EngineRuntime;
import java.time.Duration;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/**
 * Deletes expired records in batches, gently: after each it rests nine times as long as that took, so that whoever waits for
 * an answer hardly notices. A round that does not come to its end becomes quicker every five minutes: it rests half as long,
 * then not at all, and then takes larger batches. So what is overdue stays bounded at any rate of expiry that the store can
 * delete at. The next round is gentle again.
 */
public final class Reaper implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final int RESTS = 9;

    /** How often {@link #RESTS} can be halved until nothing is left. */
    private static final int HALVINGS = 4;

    private static final int DOUBLINGS = 4;

    /** Whatever a batch took: the process may have been suspended. */
    private static final Duration LONGEST_REST = Duration.ofSeconds(10);

    private final EngineRuntime runtime;
    private final int batch;
    private final IntUnaryOperator purge;
    private final Periodic periodic;
    private volatile boolean closing;

    /**
     * Starts it.
     *
     * @param pause after it has found nothing more to delete
     * @param batch how many records at a time; up to sixteen times as many when it is in haste
     * @param purge deletes at most as many records as it is given, and returns how many
     */
    public Reaper(EngineRuntime runtime, Duration pause, int batch, IntUnaryOperator purge) {
        this.runtime = runtime;
        this.batch = batch;
        this.purge = purge;
        this.periodic = new Periodic(runtime, "reprise-reaper", pause, this::reap);
    }

    /** One round. */
    private void reap() {
        long start = runtime.nanoTime();
        while (!closing) {
            long began = runtime.nanoTime();
            int haste = (int) Math.min((began - start) / PATIENCE.toNanos(), HALVINGS + DOUBLINGS);
            int size = (int) Math.min((long) batch << Math.max(0, haste - HALVINGS), Integer.MAX_VALUE);
            if (purge.applyAsInt(size) < size) {
                return;
            }
            long rest = (runtime.nanoTime() - began) * (RESTS >> haste);
            try {
                runtime.sleep(Duration.ofNanos(Math.min(rest, LONGEST_REST.toNanos())));
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    public Optional<String> problem() {
        return periodic.problem();
    }

    @Override
    public void close() {
        closing = true;
        periodic.close();
    }
}
