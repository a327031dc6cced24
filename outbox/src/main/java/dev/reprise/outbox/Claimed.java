package dev.reprise.outbox;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An operation that this node has taken, and nobody else takes until its claim runs out. Times are the database's.
 *
 * @param request what to send
 * @param claim the number of the claim, without which its end changes nothing
 * @param rounds how often it was taken, this time included
 * @param firstSent when the first attempt was made that may have reached the server
 * @param forgotten when the server forgets the key, as it has said itself; null if it has not
 * @param open whether an earlier attempt may have been executed: one that ended so, or one whose node is gone
 * @param at when it was taken
 * @param until when the claim runs out
 */
record Claimed(
        OutboxRequest request,
        long claim,
        int rounds,
        Instant firstSent,
        @Nullable Instant forgotten,
        boolean open,
        Instant at,
        Instant until) {
    /** When a server may have forgotten the key that keeps what it has executed for that long (C7). */
    Instant forgottenAt(Duration retention) {
        Instant usually = firstSent.plus(retention);
        return forgotten == null || forgotten.isAfter(usually) ? usually : forgotten;
    }
}
