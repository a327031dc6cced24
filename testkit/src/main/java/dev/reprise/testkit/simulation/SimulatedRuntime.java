package dev.reprise.testkit.simulation;

import dev.reprise.spi.EngineRuntime;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** What the engine of one process lives on: threads and time of the simulation, and randomness of the seed. */
class SimulatedRuntime implements EngineRuntime {
    private final Scheduler scheduler;
    private final SimulatedProcess process;
    private final RandomGenerator random;

    SimulatedRuntime(Scheduler scheduler, SimulatedProcess process, RandomGenerator random) {
        this.scheduler = scheduler;
        this.process = process;
        this.random = random;
    }

    @Override
    public long nanoTime() {
        return scheduler.nanos();
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
        return scheduler.start(process, process + " " + name, task);
    }

    @Override
    public Latch latch() {
        return scheduler.latch();
    }
}
