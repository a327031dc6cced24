package dev.reprise.testkit.simulation;

import dev.reprise.spi.StoreException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Calls of a store that are applied as a whole, or go wrong as planned. */
final class FaultyCalls {
    private final World world;

    FaultyCalls(World world) {
        this.world = world;
    }

    <R> R make(Supplier<String> what, Supplier<R> applied) {
        Scheduler scheduler = world.scheduler();
        scheduler.pass();
        Optional<CallFault> planned = world.faults().next(what);
        if (planned.isEmpty()) {
            R result = applied.get();
            scheduler.pass();
            return result;
        }
        return switch (planned.get()) {
            case FAILS -> throw new StoreException("The simulated call fails", null);
            case LOSES_ITS_ANSWER -> throw new StoreException("The simulated answer is lost: " + applied.get(), null);
            case THROWS_AN_ERROR -> throw new SimulatedError("An error, as simulated");
            case THROWS_AN_ERROR_AFTERWARDS ->
                throw new SimulatedError("An error, as simulated, after " + applied.get());
            case IS_SLOW -> {
                sleep(RunRules.STORE_TIME_LIMIT.dividedBy(2));
                yield applied.get();
            }
            case COMES_LATE -> throw late(applied, RunRules.STORE_TIME_LIMIT.multipliedBy(2));
            case COMES_AFTER_THE_LEASE -> throw late(applied, RunRules.LEASE.multipliedBy(2));
        };
    }

    private <R> StoreException late(Supplier<R> applied, Duration delay) {
        world.scheduler().after(delay, () -> {
            world.oracle().fault();
            try {
                R ignored = applied.get();
            } catch (StoreException e) {
                // It could not be applied any more.
            }
        });
        sleep(RunRules.STORE_TIME_LIMIT);
        return new StoreException("The simulated store did not answer in time", null);
    }

    private void sleep(Duration duration) {
        try {
            world.scheduler().sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException("Interrupted while waiting for the simulated store", e);
        }
    }
}
