package dev.reprise.resumable;

import dev.reprise.internal.Events;
import dev.reprise.internal.OwnerNames;
import dev.reprise.internal.Pauses;
import dev.reprise.internal.Replies;
import dev.reprise.spi.EngineRuntime;
import dev.reprise.spi.ResumableStore;
import dev.reprise.spi.TransactionalStore;
import dev.reprise.spi.Transactions;
import java.time.Duration;

/**
 * What everything in the engine works with.
 *
 * @param transactions opens them
 * @param store where operations are
 * @param runtime time, threads and randomness
 * @param events where events go
 * @param replies makes the answers of callers
 * @param owners names for claims
 * @param codecs for results of steps that are asked for by type
 * @param pauses between two attempts to do the same
 * @param commitCheckTimeout how long to find out about a commit whose acknowledgement was lost
 * @param <T> the handle of an open transaction
 */
record ResumableParts<T>(
        Transactions<T> transactions,
        ResumableStore<T> store,
        EngineRuntime runtime,
        Events events,
        Replies replies,
        OwnerNames owners,
        Codecs codecs,
        Pauses pauses,
        Duration commitCheckTimeout) {
    TransactionalStore<T> records() {
        return store.records();
    }
}
