package dev.reprise.gateway.admin;

import dev.reprise.IdempotencyException;
import dev.reprise.console.operations.ListedState;
import dev.reprise.console.operations.OperationFilter;
import dev.reprise.console.operations.Operations;
import java.lang.System.Logger.Level;
import java.util.Set;

/**
 * How many operations wait for a retry or for an operator: those that a crash has cut off, and those whose outcome is
 * unknown. Counted now and then, up to {@value #MOST}, so that a scrape of metrics does not ask the store. Thread-safe.
 */
public final class UnfinishedOperations {
    private static final System.Logger LOG = System.getLogger(UnfinishedOperations.class.getName());
    private static final int MOST = 10_000;

    private final Operations operations;
    private volatile int abandoned;
    private volatile int unknown;

    /** Nothing counted yet. */
    public UnfinishedOperations(Operations operations) {
        this.operations = operations;
    }

    /** How many a crash has cut off. */
    public int abandoned() {
        return abandoned;
    }

    /** Of how many the outcome is unknown. */
    public int unknown() {
        return unknown;
    }

    /** Counts again; keeps what it knows if the store does not answer. Blocks. */
    public void count() {
        try {
            abandoned = count(Set.of(ListedState.ABANDONED));
            unknown = count(Set.of(ListedState.UNKNOWN));
        } catch (IdempotencyException e) {
            LOG.log(Level.DEBUG, "Unfinished operations could not be counted: {0}", e.getMessage());
        }
    }

    /**
     * Counts before the gateway has begun anything, and tells the operator.
     *
     * @param alone whether no other gateway works in the store, so that whatever runs was cut off
     */
    public void report(boolean alone) {
        count();
        if (alone) {
            abandoned = count(Set.of(ListedState.ABANDONED, ListedState.RUNNING));
        }
        if (abandoned > 0 || unknown > 0) {
            LOG.log(
                    Level.WARNING,
                    "Operations that a crash has cut off: {0}; whose outcome is unknown: {1}. See "
                            + "reprise operations list --state running --state abandoned --state unknown",
                    abandoned,
                    unknown);
        }
    }

    private int count(Set<ListedState> states) {
        return operations
                .list(OperationFilter.ofStates(states, MOST))
                .operations()
                .size();
    }
}
