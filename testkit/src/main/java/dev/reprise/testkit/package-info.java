/**
 * For authors of stores and adapters: {@link dev.reprise.testkit.StoreContract} says what a store has to do, and the
 * other classes break clocks, stores, networks and processes on command.
 */
@NullMarked
package dev.reprise.testkit;

import org.jspecify.annotations.NullMarked;
