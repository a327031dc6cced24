package dev.reprise.console.operations;

import dev.reprise.OperationState;

/** The states in which an operator sees operations. */
public enum ListedState {
    /** Somebody works on it. */
    RUNNING,
    /** Nobody works on it: it is carried through in steps, and waits for a time or an answer. */
    WAITING,
    /** Running, but its lease has run out: whoever worked on it is gone, and the next request with its key decides. */
    ABANDONED,
    /** Its response is recorded. */
    COMPLETED,
    /** Nobody can tell what happened. */
    UNKNOWN;

    /** Whether an operator may end it: nobody knows its outcome, or whoever worked on it is gone. */
    public boolean isStuck() {
        return switch (this) {
            case UNKNOWN, ABANDONED -> true;
            case RUNNING, WAITING, COMPLETED -> false;
        };
    }

    /** The state of a record in a store. */
    OperationState.Kind kind() {
        return switch (this) {
            case RUNNING, WAITING, ABANDONED -> OperationState.Kind.RUNNING;
            case COMPLETED -> OperationState.Kind.COMPLETED;
            case UNKNOWN -> OperationState.Kind.UNKNOWN;
        };
    }
}
