package dev.reprise.testkit.simulation;

import java.util.SplittableRandom;

/** What all parts of a run share. */
final class World {
    private static final int MOST_STEPS = 200_000;

    private final RunPlan plan;
    private final Trace trace;
    private final SplittableRandom random;
    private final Scheduler scheduler;
    private final SimulatedStoreClock clock;
    private final Oracle oracle;
    private final CallFaults faults;

    World(RunPlan plan, Trace trace) {
        this.plan = plan;
        this.trace = trace;
        this.random = new SplittableRandom(plan.seed() * 31 + 7);
        this.scheduler = new Scheduler(random.split(), trace, MOST_STEPS);
        trace.clock(scheduler::nanos);
        this.clock = new SimulatedStoreClock(scheduler::nanos);
        this.oracle = new Oracle(plan.settings(), clock, trace, scheduler::fail);
        this.faults = new CallFaults(plan.faults(), trace, oracle::fault);
    }

    RunPlan plan() {
        return plan;
    }

    RunRules settings() {
        return plan.settings();
    }

    Trace trace() {
        return trace;
    }

    /** Randomness that nobody else draws from. */
    SplittableRandom random() {
        return random.split();
    }

    Scheduler scheduler() {
        return scheduler;
    }

    SimulatedStoreClock clock() {
        return clock;
    }

    Oracle oracle() {
        return oracle;
    }

    CallFaults faults() {
        return faults;
    }
}
