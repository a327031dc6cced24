/**
 * Building blocks for authors of stores, none of which a store has to use: {@link dev.reprise.spi.support.Transition} is
 * the rules of a store as pure functions, {@link dev.reprise.spi.support.Stage} with
 * {@link dev.reprise.spi.support.Call} and {@link dev.reprise.spi.support.TimeLimit} lets one commit serve many callers
 * within a time limit, and {@link dev.reprise.spi.support.ChangeSignals} wakes those who wait.
 */
@NullMarked
package dev.reprise.spi.support;

import org.jspecify.annotations.NullMarked;
