package dev.reprise;

import dev.reprise.internal.Events;
import dev.reprise.internal.Pauses;
import dev.reprise.internal.Replies;
import dev.reprise.spi.TransactionalStore;
import dev.reprise.spi.Transactions;
import java.time.Duration;

/**
 * What claims and executions in transactions work with.
 *
 * @param transactions opens them
 * @param store where the record is written in the transaction
 * @param events where events go
 * @param replies makes the answers of callers
 * @param turns the operations under way in this process
 * @param pauses between two attempts
 * @param commitCheckTimeout how long to find out about a commit whose acknowledgement was lost
 * @param <T> the handle of an open transaction
 */
record TransactionalParts<T>(
        Transactions<T> transactions,
        TransactionalStore<T> store,
        Events events,
        Replies replies,
        LocalTurns turns,
        Pauses pauses,
        Duration commitCheckTimeout) {}
