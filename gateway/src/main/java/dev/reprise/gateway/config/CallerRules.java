package dev.reprise.gateway.config;

import java.time.Duration;

/** What callers of a gateway have to keep to; {@link LimitSettings} says what the components mean. */
public record CallerRules(
        Duration idleTimeout, Duration callerTimeout, Size callerRate, int connections, int streams) {}
