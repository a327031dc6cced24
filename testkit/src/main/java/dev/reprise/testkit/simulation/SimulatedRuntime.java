package dev.reprise.testkit.simulation;

import dev.reprise.spi.EngineRuntime;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** What the engine of one process lives on: threads and time of the simulation, and randomness of the seed. */
final class SimulatedRuntime implements EngineRuntime {
    private final Scheduler scheduler;
    private final SimulatedProcess process;
    private final RandomGenerator random;
    private long clockOffset;
    private int threadless;

    SimulatedRuntime(Scheduler scheduler, SimulatedProcess process, RandomGenerator random) {
        this.scheduler = scheduler;
        this.process = process;
        this.random = random;
    }

    SimulatedProcess process() {
        return process;
    }

    /** No thread can be started for a task. */
    void refuseThreads() {
        threadless++;
    }

    void allowThreads() {
        threadless--;
    }

    /** The clock jumps forward. */
    void jump(Duration by) {
        clockOffset += by.toNanos();
        process.distrustClock();
    }

    @Override
    public long nanoTime() {
        return scheduler.nanos() + clockOffset;
    }

    @Override
    public RandomGenerator random() {
        return random;
    }

    @Override
    public void sleep(Duration pause) throws InterruptedException {
        scheduler.sleep(pause);
    }

    @Override
    public Worker service(String name, Runnable task) {
        return scheduler.start(process, process + " " + name, task);
    }

    @Override
    public Worker task(String name, Runnable task) {
        if (threadless > 0) {
            throw new SimulatedError("No memory for a thread, as simulated");
        }
        return scheduler.start(process, process + " " + name, task);
    }

    @Override
    public Latch latch() {
        return scheduler.latch();
    }
}
