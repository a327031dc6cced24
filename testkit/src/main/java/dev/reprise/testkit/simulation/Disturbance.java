package dev.reprise.testkit.simulation;

import java.time.Duration;

/** What happens from outside, at some time of a run. */
sealed interface Disturbance {
    /** When it happens. */
    Duration at();

    /**
     * A node dies, and another one starts in its place.
     *
     * @param node which one
     * @param downFor until when
     * @param sameName whether the new one has the name of the old one
     */
    record Crash(Duration at, int node, Duration downFor, boolean sameName) implements Disturbance {
        @Override
        public String toString() {
            return "node " + node + " dies for " + downFor.toMillis() + " ms"
                    + (sameName ? "" : ", its successor has another name");
        }
    }

    /** A node stands still, as in a long collection of garbage, while everything else goes on. */
    record Pause(Duration at, int node, Duration length) implements Disturbance {
        @Override
        public String toString() {
            return "node " + node + " stands still for " + length.toMillis() + " ms";
        }
    }

    /** The store's clock jumps, forward or back. */
    record StoreClockJump(Duration at, Duration by) implements Disturbance {
        @Override
        public String toString() {
            return "the store's clock jumps by " + by.toMillis() + " ms";
        }
    }

    /** A node's clock jumps forward, as after the sleep of its machine. */
    record NodeClockJump(Duration at, int node, Duration by) implements Disturbance {
        @Override
        public String toString() {
            return "the clock of node " + node + " jumps by " + by.toMillis() + " ms";
        }
    }

    /** All calls of the store go wrong for a while, in one way. */
    record Outage(Duration at, Duration length, CallFault fault) implements Disturbance {
        @Override
        public String toString() {
            return "for " + length.toMillis() + " ms each call " + fault;
        }
    }

    /** A node can start no thread for a while, as when its machine has no memory for one. */
    record NoThreads(Duration at, int node, Duration length) implements Disturbance {
        @Override
        public String toString() {
            return "node " + node + " can start no thread for " + length.toMillis() + " ms";
        }
    }

    /** An operator does something to an operation that is unknown or abandoned. */
    record Operator(Duration at, int operation, Action action) implements Disturbance {
        /** What an operator can do. */
        enum Action {
            RELEASE,
            RESOLVE,
            PURGE,
            RESUME,
            PAUSE,
            UNPAUSE,
            ANSWER,
            RESUME_AND_ANSWER
        }

        @Override
        public String toString() {
            return "an operator wants to " + action.name().toLowerCase(java.util.Locale.ROOT) + " operation "
                    + operation;
        }
    }
}
