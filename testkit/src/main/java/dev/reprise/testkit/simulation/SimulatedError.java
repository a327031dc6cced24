package dev.reprise.testkit.simulation;

/** An error that nobody foresees. */
final class SimulatedError extends Error {
    private static final long serialVersionUID = 1;

    SimulatedError(String message) {
        super(message, null, false, false);
    }
}
