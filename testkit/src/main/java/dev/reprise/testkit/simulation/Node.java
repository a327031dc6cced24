package dev.reprise.testkit.simulation;

import dev.reprise.IdempotencyEngine;
import dev.reprise.Reconciler;
import java.time.Duration;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** A process with an engine, from its start to its death. */
final class Node {
    private final SimulatedProcess process;
    private final IdempotencyEngine engine;
    private long clockOffset;
    private int threadless;

    /** @param name of the engine in records, which it may share with one that died before */
    Node(
            String name,
            SimulatedProcess process,
            SharedStore shared,
            SplittableRandom random,
            @Nullable Reconciler reconciler) {
        this.process = process;
        SimulatedRuntime runtime = new SimulatedRuntime(shared.scheduler(), process, random) {
            @Override
            public long nanoTime() {
                return super.nanoTime() + clockOffset;
            }

            @Override
            public Worker task(String name, Runnable task) {
                if (threadless > 0) {
                    throw new SimulatedError("No memory for a thread, as simulated");
                }
                return super.task(name, task);
            }
        };
        IdempotencyEngine.Builder builder = IdempotencyEngine.over(new StoreLink(shared, process, false))
                .runtime(runtime)
                .node(name)
                .reaper(Duration.ofSeconds(1), 10);
        this.engine = (reconciler == null ? builder : builder.reconciler(reconciler)).build();
    }

    SimulatedProcess process() {
        return process;
    }

    IdempotencyEngine engine() {
        return engine;
    }

    void refuseThreads() {
        threadless++;
    }

    void allowThreads() {
        threadless--;
    }

    void jump(Duration by) {
        clockOffset += by.toNanos();
    }
}
