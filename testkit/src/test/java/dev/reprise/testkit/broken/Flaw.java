package dev.reprise.testkit.broken;

import dev.reprise.spi.OperationStore;
import java.time.InstantSource;
import java.util.function.Function;

/**
 * One way in which a store can be broken.
 *
 * @param what it does wrong
 * @param caughtBy the test of the contract that fails for it
 * @param store such a store, on the given clock
 */
record Flaw(String what, String caughtBy, Function<InstantSource, OperationStore> store) {
    @Override
    public String toString() {
        return what;
    }
}
