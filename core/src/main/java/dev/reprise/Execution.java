package dev.reprise;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * The hold of one caller on one operation while its handler runs, until {@link #finish}.
 *
 * <p>Made by the engines. Thread-safe; finished once.
 */
public interface Execution {
    /** Which operation. */
    OperationId id();

    /** How many times the operation has been started, this time included. Default: 1, as others have left no trace. */
    default int attempt() {
        return 1;
    }

    /**
     * What a handler can pass on to fence its own writes; {@link FencingToken#NONE} if there is no record, or if it is
     * written in the handler's transaction, which needs no fence. Default: none.
     */
    default FencingToken token() {
        return FencingToken.NONE;
    }

    /** Whether another owner has taken the operation over. A long handler may check, and stop. Default: never. */
    default boolean leaseLost() {
        return false;
    }

    /**
     * Whether the handler has to answer on the thread that it was called on, because its transaction ends there. Default: no.
     */
    default boolean boundToThread() {
        return false;
    }

    /**
     * Whether the same request may come again at once when its handler was lost: what it did is then undone, or is gone on with
     * (S7). Default: no.
     */
    default boolean safeToRepeat() {
        return false;
    }

    /**
     * Ends the hold: records the outcome durably, and returns the answer that the caller may get now.
     *
     * <p>Blocks until the store has answered. Never fails because of the store.
     *
     * @throws IllegalStateException if called twice
     */
    Answer finish(Outcome outcome);

    /**
     * The same without blocking, except for executions that are {@linkplain #boundToThread bound to their thread}. The stage may be
     * completed on a thread that others need: what follows must not block. Default: a virtual thread finishes.
     *
     * @throws IllegalStateException if finished before
     */
    default CompletionStage<Answer> finishAsync(Outcome outcome) {
        Executor thread = boundToThread() ? Runnable::run : Thread::startVirtualThread;
        return CompletableFuture.supplyAsync(() -> finish(outcome), thread);
    }
}
