package dev.reprise.testkit.simulation;

import dev.reprise.OperationId;
import dev.reprise.spi.EngineRuntime.Latch;
import dev.reprise.spi.OperationStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Supplier;

/** The store that the processes of a run share, and what is planned for the calls of it. */
final class SharedStore {
    private final OperationStore store;
    private final Scheduler scheduler;
    private final Oracle oracle;
    private final Trace trace;
    private final SortedMap<Integer, CallFault> faults;
    private final Map<OperationId, List<Latch>> waiting = new HashMap<>();
    private boolean healed;
    private int calls;

    SharedStore(
            OperationStore store,
            Scheduler scheduler,
            Oracle oracle,
            Trace trace,
            SortedMap<Integer, CallFault> faults) {
        this.store = store;
        this.scheduler = scheduler;
        this.oracle = oracle;
        this.trace = trace;
        this.faults = faults;
    }

    OperationStore store() {
        return store;
    }

    Scheduler scheduler() {
        return scheduler;
    }

    Oracle oracle() {
        return oracle;
    }

    /** What happens to the next call. */
    Optional<CallFault> nextFault(Supplier<String> what) {
        int number = calls++;
        CallFault fault = healed ? null : faults.get(number);
        if (fault != null) {
            oracle.fault();
            trace.say(() -> what.get() + " " + fault);
        }
        return Optional.ofNullable(fault);
    }

    /** No call goes wrong any more. */
    void heal() {
        healed = true;
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
