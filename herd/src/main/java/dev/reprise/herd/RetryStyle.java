package dev.reprise.herd;

import dev.reprise.client.Backoff;
import dev.reprise.client.Jitter;
import dev.reprise.client.RetryBudget;
import dev.reprise.client.RetryPolicy;
import java.util.ArrayList;
import java.util.List;

/** A name for how clients retry. */
record RetryStyle(String name, RetryPolicy policy) {
    /** All there are, without the policy's budget and with it. */
    static List<RetryStyle> all(RetryPolicy policy) {
        List<RetryStyle> variants = new ArrayList<>();
        for (RetryBudget budget : List.of(RetryBudget.unlimited(), policy.budget())) {
            String with = budget.equals(policy.budget()) ? ", budget" : "";
            RetryPolicy budgeted = policy.withBudget(budget);
            variants.add(new RetryStyle("no backoff" + with, budgeted.withBackoff(Backoff.none())));
            for (Jitter jitter : Jitter.values()) {
                variants.add(new RetryStyle(
                        name(jitter) + with,
                        budgeted.withBackoff(policy.backoff().withJitter(jitter))));
            }
        }
        return variants;
    }

    /** Whether it backs off, so that its budget hardly ever decides. */
    boolean isTwin() {
        return !policy.budget().equals(RetryBudget.unlimited())
                && !policy.backoff().cap().isZero();
    }

    private static String name(Jitter jitter) {
        return switch (jitter) {
            case NONE -> "exponential";
            case FULL -> "full jitter";
            case EQUAL -> "equal jitter";
            case DECORRELATED -> "decorrelated jitter";
        };
    }
}
