package dev.reprise;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** The executions without a record: one of each operation, and none where a handler with a lease is known (S22). Thread-safe. */
final class Unprotected {
    private final Set<OperationId> running = ConcurrentHashMap.newKeySet();
    private final Predicate<OperationId> leased;

    /** @param leased whether a handler with a lease may be executing an operation */
    Unprotected(Predicate<OperationId> leased) {
        this.leased = leased;
    }

    /** Begins if no handler of the operation runs here; false if one does. */
    boolean begins(OperationId id) {
        if (!running.add(id)) {
            return false;
        }
        if (leased.test(id)) {
            running.remove(id);
            return false;
        }
        return true;
    }

    void ends(OperationId id) {
        running.remove(id);
    }
}
