package dev.reprise.gateway.proxy;

import dev.reprise.gateway.config.CallerRules;
import java.time.Duration;

/**
 * What every caller has to keep to.
 *
 * @param idle how long a connection may be without a request; the head of the next one has to be there by then
 * @param pace how fast requests are sent and answers taken
 */
record CallerLimits(Duration idle, LeastPace pace) {
    static CallerLimits of(CallerRules limits) {
        return new CallerLimits(
                limits.idleTimeout(),
                new LeastPace(limits.callerTimeout(), limits.callerRate().bytes()));
    }
}
