package dev.reprise.gateway.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What somebody said about the limits of callers; null is what was not said.
 *
 * @param idleTimeout how long a connection may be without a request; the head of the next one has to be there by then
 * @param callerTimeout how long a caller who does not send a request, or does not take an answer, is waited for in any
 *     case
 * @param callerRate how many bytes that are sent or taken are worth another second
 * @param maxConnections how many connections of callers there may be
 * @param maxStreams how many requests there may be at once on a connection of HTTP/2
 */
public record LimitSettings(
        @Nullable Duration idleTimeout,
        @Nullable Duration callerTimeout,
        @Nullable Size callerRate,
        @Nullable Integer maxConnections,
        @Nullable Integer maxStreams) {
    /** @throws IllegalArgumentException if something cannot be right, whatever the rest says */
    public LimitSettings {
        RouteSettings.requirePositive("idle-timeout", idleTimeout);
        RouteSettings.requirePositive("caller-timeout", callerTimeout);
        RouteSettings.requireAtMostADay("idle-timeout", idleTimeout);
        RouteSettings.requireAtMostADay("caller-timeout", callerTimeout);
        requirePositive("caller-rate", callerRate == null ? null : callerRate.bytes());
        requirePositive("max-connections", maxConnections);
        requirePositive("max-streams", maxStreams);
    }

    private static void requirePositive(String setting, @Nullable Integer value) {
        if (value != null && value < 1) {
            throw new IllegalArgumentException(setting + " is at least 1");
        }
    }

    /** What was said, with everything filled in that was not. */
    static CallerRules complete(Layers<LimitSettings> said) {
        return new CallerRules(
                said.first(LimitSettings::idleTimeout, Duration.ofSeconds(75)),
                said.first(LimitSettings::callerTimeout, Duration.ofSeconds(20)),
                said.first(LimitSettings::callerRate, new Size(1024)),
                said.first(LimitSettings::maxConnections, 10_000),
                said.first(LimitSettings::maxStreams, 100));
    }
}
