package dev.reprise.testkit.simulation;

import dev.reprise.FencingToken;
import dev.reprise.memory.MemoryTransaction;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An open transaction of a {@link StepsDatabase}. */
final class StepsSession extends Sessions.Session {
    private final StepsDatabase database;
    private final MemoryTransaction transaction;
    /** Who asks, if it is a request's. */
    private final @Nullable RequestRun request;

    private final List<StepEffect> effects = new ArrayList<>();
    private @Nullable FencingToken token;
    private boolean committing;
    private StepsOracle.Change change = StepsOracle.Change.WRITE;

    StepsSession(
            long number,
            SimulatedProcess process,
            StepsDatabase database,
            MemoryTransaction transaction,
            @Nullable RequestRun request) {
        super(number, process);
        this.database = database;
        this.transaction = transaction;
        this.request = request;
    }

    MemoryTransaction transaction() {
        return transaction;
    }

    /** Whether its last write commits it: every other one does. */
    boolean commitsByItself() {
        return number() % 2 == 0;
    }

    /** True the first time. */
    boolean beginsCommit() {
        boolean first = !committing;
        committing = true;
        return first;
    }

    /** The work of local steps. */
    List<StepEffect> effects() {
        return effects;
    }

    /** Under which token it writes; null if it does not. */
    @Nullable
    FencingToken token() {
        return token;
    }

    void writesUnder(FencingToken lease) {
        token = lease;
    }

    /** What it does to the operation. */
    StepsOracle.Change change() {
        return change;
    }

    void does(StepsOracle.Change kind) {
        change = kind;
    }

    @Override
    void apply() {
        if (change == StepsOracle.Change.INSERT && request != null) {
            request.records();
        }
        database.apply(this);
    }

    @Override
    void release() {
        database.release(this);
    }
}
