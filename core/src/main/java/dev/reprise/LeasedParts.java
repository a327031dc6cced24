package dev.reprise;

import dev.reprise.internal.Events;
import dev.reprise.internal.Replies;

/**
 * What each execution under a lease works with.
 *
 * @param store where the outcome is made durable
 * @param events where events go
 * @param replies makes the answers of callers
 * @param running knows what is executed here
 * @param heartbeat renews the lease until the end
 * @param outcomes goes on with outcomes that the store has not acknowledged
 * @param reconciliations looks into outcomes that are unknown
 */
record LeasedParts(
        GuardedStore store,
        Events events,
        Replies replies,
        RunningHere running,
        Heartbeat heartbeat,
        Settler outcomes,
        Reconciliations reconciliations) {}
