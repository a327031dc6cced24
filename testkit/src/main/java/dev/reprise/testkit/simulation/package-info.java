/**
 * A deterministic simulation of engines on a store: everything that happens, faults included, follows from one number, the
 * seed, and the same seed makes the same run. {@link dev.reprise.testkit.simulation.Simulation} is where to start.
 */
@NullMarked
package dev.reprise.testkit.simulation;

import org.jspecify.annotations.NullMarked;
