package dev.reprise.testkit.simulation;

import dev.reprise.OperationId;
import dev.reprise.spi.EngineRuntime.Latch;
import dev.reprise.spi.OperationStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The store that the processes of a run share, and who waits for changes in it.
 */
final class SharedStore {
    private final OperationStore store;
    private final World world;
    private final Map<OperationId, List<Latch>> waiting = new HashMap<>();

    SharedStore(OperationStore store, World world) {
        this.store = store;
        this.world = world;
    }

    OperationStore store() {
        return store;
    }

    World world() {
        return world;
    }

    void onChange(OperationId id, Latch latch) {
        waiting.computeIfAbsent(id, ignored -> new ArrayList<>()).add(latch);
    }

    void changed(OperationId id) {
        List<Latch> woken = waiting.remove(id);
        if (woken != null) {
            woken.forEach(Latch::open);
        }
    }
}
