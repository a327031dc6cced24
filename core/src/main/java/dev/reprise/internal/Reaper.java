package dev.reprise.internal;

import dev.reprise.spi.EngineRuntime;
import java.time.Duration;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/**
 * Deletes expired records in batches. After each it rests as long as that took, so that whoever waits for an answer finds
 * the store free at least half of the time.
 */
public final class Reaper implements AutoCloseable {
    private final EngineRuntime runtime;
    private final int batch;
    private final IntUnaryOperator purge;
    private final Periodic periodic;
    private volatile boolean closing;

    /**
     * Starts it.
     *
     * @param pause after it has found nothing more to delete
     * @param purge deletes at most as many records as it is given, and returns how many
     */
    public Reaper(EngineRuntime runtime, Duration pause, int batch, IntUnaryOperator purge) {
        this.runtime = runtime;
        this.batch = batch;
        this.purge = purge;
        this.periodic = new Periodic(runtime, "reprise-reaper", pause, this::reap);
    }

    private void reap() {
        long began = runtime.nanoTime();
        while (purge.applyAsInt(batch) == batch && !closing) {
            try {
                runtime.sleep(Duration.ofNanos(runtime.nanoTime() - began));
            } catch (InterruptedException e) {
                return;
            }
            began = runtime.nanoTime();
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
