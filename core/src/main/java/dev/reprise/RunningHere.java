package dev.reprise;

import java.util.concurrent.ConcurrentHashMap;

/**
 * The operations that this engine executes, whatever became of their leases, until their outcomes are settled. Thread-safe.
 */
final class RunningHere {
    private final ConcurrentHashMap<OperationId, Integer> handlers = new ConcurrentHashMap<>();

    void begins(OperationId id) {
        handlers.merge(id, 1, Integer::sum);
    }

    /** Begins if no handler of the operation runs here; false if one does. */
    boolean beginsAlone(OperationId id) {
        return handlers.putIfAbsent(id, 1) == null;
    }

    void ends(OperationId id) {
        handlers.computeIfPresent(id, (ignored, running) -> running == 1 ? null : running - 1);
    }
}
