package dev.reprise.client;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The buckets of all hosts. A bucket that is full is not kept, so only hosts that fail take memory. Thread-safe. */
final class RetryBudgets {
    private final RetryBudget budget;
    private final ConcurrentMap<String, Double> tokens = new ConcurrentHashMap<>();

    RetryBudgets(RetryBudget budget) {
        this.budget = budget;
    }

    /** Takes the token of a failure; false if there was none, and the failure is final. */
    boolean take(String host) {
        return pay(host, true);
    }

    /** Takes the token of a hedge; false if there was none, which costs nothing, as nothing has failed. */
    boolean spend(String host) {
        return pay(host, false);
    }

    private boolean pay(String host, boolean evenInVain) {
        if (budget.capacity() == Double.POSITIVE_INFINITY) {
            return true;
        }
        boolean[] paid = new boolean[1];
        tokens.compute(host, (name, left) -> {
            double before = left == null ? budget.capacity() : left;
            paid[0] = budget.pays(before);
            return paid[0] || evenInVain ? Double.valueOf(budget.afterFailure(before)) : left;
        });
        return paid[0];
    }

    void succeeded(String host) {
        if (tokens.containsKey(host)) {
            tokens.computeIfPresent(host, (name, left) -> {
                double after = budget.afterSuccess(left);
                return after >= budget.capacity() ? null : after;
            });
        }
    }
}
