package dev.reprise.testkit.simulation;

/**
 * A process with an engine, from its start to its death.
 *
 * @param process what its threads belong to
 * @param runtime what its engine lives on
 * @param engine answers requests
 */
record Node(SimulatedProcess process, SimulatedRuntime runtime, Guarantee.Engine engine) {}
