package dev.reprise.testkit.simulation;

import dev.reprise.OperationPolicy;
import dev.reprise.OperationPolicy.StoreFailure;
import dev.reprise.OperationPolicy.Uncertain;
import java.time.Duration;

/**
 * The rules of a run.
 *
 * @param nodes how many engines share the store
 * @param policy of all operations, without a reconciler
 * @param reconciles whether unknown outcomes are looked into
 */
record RunRules(int nodes, OperationPolicy policy, boolean reconciles) {
    /** How long the store may take to answer. */
    static final Duration STORE_TIME_LIMIT = Duration.ofMillis(100);

    static final Duration LEASE = Duration.ofSeconds(1);
    static final Duration RUN_TIME = Duration.ofSeconds(3);
    /** When nothing goes wrong any more. */
    static final Duration END_OF_FAULTS = Duration.ofSeconds(8);

    /** Whether an operation may be executed again although it may have happened. */
    boolean mayRepeat() {
        return policy.uncertain() == Uncertain.RERUN || policy.storeFailure() == StoreFailure.FAIL_OPEN;
    }

    /** How long after the last fault nothing may be in progress any more, or be done by anybody. */
    Duration settling() {
        Duration leases = RUN_TIME.plus(LEASE.multipliedBy(3));
        // A reconciler that dies leaves a claim of half a minute.
        return reconciles ? leases.plusSeconds(40) : leases;
    }

    @Override
    public String toString() {
        return nodes + " nodes; uncertain outcomes: " + policy.uncertain() + ", the store fails: "
                + policy.storeFailure() + ", duplicates wait "
                + policy.maxWait().toMillis() + " ms, records are kept " + policy.retention()
                + (reconciles ? ", with a reconciler" : "");
    }
}
