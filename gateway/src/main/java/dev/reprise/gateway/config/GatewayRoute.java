package dev.reprise.gateway.config;

import dev.reprise.http.Route;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A route and the service behind it.
 *
 * @param route how its requests are protected
 * @param upstream where they go
 * @param timeout how long the service may take to answer a protected request, and how long it may be silent otherwise
 * @param replayBody where the bodies of replays come from
 * @param reconciling how it is asked what became of operations whose outcome is unknown; null if it is not
 */
public record GatewayRoute(
        Route route,
        Origin upstream,
        Duration timeout,
        ReplayBody replayBody,
        @Nullable Reconciling reconciling) {
    /** @throws IllegalArgumentException if the timeout is not positive */
    public GatewayRoute {
        if (timeout.isZero() || timeout.isNegative()) {
            throw new IllegalArgumentException("timeout must be positive: " + timeout);
        }
    }
}
