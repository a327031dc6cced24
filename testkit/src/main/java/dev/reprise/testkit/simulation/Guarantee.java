package dev.reprise.testkit.simulation;

import dev.reprise.Answer;
import dev.reprise.Operation;
import dev.reprise.OperationId;
import java.util.List;

/** What a run tries out: engines of one guarantee, and what they share. */
interface Guarantee {
    /**
     * Starts an engine.
     *
     * @param node the number of its node, which has had others before
     */
    Engine start(int node, String name, SimulatedRuntime runtime);

    /** An operator does something to an operation. */
    void operate(OperationId id, Disturbance.Operator.Action action);

    /** A process has died, and what it held comes free as it does in reality. */
    void died(SimulatedProcess process);

    /** Nothing goes wrong any more, and nobody asks: waits until all should have been settled. */
    void awaitSettled() throws InterruptedException;

    /** Whether somebody who asks long after the last fault may be told that the operation is in progress. */
    boolean mayBeInProgress(boolean askedBefore);

    /** Long after the last fault: reports what is not as it should be to the oracle. */
    void requireSettled(List<SimulatedProcess> living);

    /** Gives back what the engines shared. */
    void close();

    /** An engine. */
    interface Engine {
        /** Runs the attempt's handler if it is its turn. */
        Answer execute(Operation operation, RequestRun attempt);

        /** What the engine says is wrong with it. */
        List<String> problems();

        /** Ends it. */
        void close();
    }
}
