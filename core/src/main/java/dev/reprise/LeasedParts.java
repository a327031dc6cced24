package dev.reprise;

import dev.reprise.internal.Background;
import dev.reprise.internal.Events;
import dev.reprise.internal.Replies;

/**
 * What each execution under a lease works with.
 *
 * @param store where the outcome is made durable
 * @param events where events go
 * @param replies makes the answers of callers
 * @param heartbeat renews the lease until the end, and knows what is executed here under a lease
 * @param outcomes goes on with outcomes that the store has not acknowledged
 * @param reconciliations looks into outcomes that are unknown
 * @param background has threads for what blocks
 */
record LeasedParts(
        GuardedStore store,
        Events events,
        Replies replies,
        Heartbeat heartbeat,
        Settler outcomes,
        Reconciliations reconciliations,
        Background background) {}
