package dev.reprise.gateway.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How the service of a route is asked what became of operations whose outcome is unknown (S33).
 *
 * @param target where it is asked
 * @param timeout how long it may take to answer
 * @param grace for how long after an operation became unknown it may still happen, so that {@code 404} says nothing yet
 * @param principalHeader the field that tells the service who the caller was; null where keys alone tell operations apart
 */
public record Reconciling(
        ReconcileTarget target,
        Duration timeout,
        Duration grace,
        @Nullable String principalHeader) {}
