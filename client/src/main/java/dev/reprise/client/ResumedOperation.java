package dev.reprise.client;

import java.time.Instant;

/**
 * An operation that was begun earlier, perhaps by a process that is no more, and is gone on with now (C1).
 *
 * @param key its key, as its first attempt had it
 * @param firstSent when its first attempt was made that may have been executed; the retention of the server's answer is counted
 *     from then (C7)
 * @param open whether there was one, so that a refusal at the door says nothing (C10), and nothing is sent any more when the
 *     retention is over
 */
public record ResumedOperation(IdempotencyKey key, Instant firstSent, boolean open) {}
