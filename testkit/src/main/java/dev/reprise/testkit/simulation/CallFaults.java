package dev.reprise.testkit.simulation;

import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Which calls of the store go wrong, and how. */
final class CallFaults {
    private final SortedMap<Integer, CallFault> planned;
    private final Trace trace;
    private final Runnable listener;
    private @Nullable CallFault outage;
    private boolean healed;
    private int calls;

    /**
     * Faults as planned.
     *
     * @param listener gets each fault
     */
    CallFaults(SortedMap<Integer, CallFault> planned, Trace trace, Runnable listener) {
        this.planned = planned;
        this.trace = trace;
        this.listener = listener;
    }

    /** What happens to the next call. */
    Optional<CallFault> next(Supplier<String> what) {
        int number = calls++;
        CallFault fault = healed ? null : outage == null ? planned.get(number) : outage;
        if (fault != null) {
            listener.run();
            trace.say(() -> what.get() + " " + fault);
        }
        return Optional.ofNullable(fault);
    }

    /** Each call goes wrong in this way until it ends. */
    void beginOutage(CallFault fault) {
        outage = fault;
    }

    void endOutage() {
        outage = null;
    }

    /** No call goes wrong any more. */
    void heal() {
        healed = true;
    }
}
