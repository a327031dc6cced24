package dev.reprise.client;

import java.time.Instant;

/**
 * An operation that was begun earlier, perhaps by a process that is no more, and is gone on with now (C1).
 *
 * @param key its key, as its first attempt had it
 * @param firstSent when its first attempt was made; the retention of the server's answer is counted from then (C7)
 * @param open whether an earlier attempt may have been executed, so that a refusal at the door says nothing (C10)
 */
public record Begun(IdempotencyKey key, Instant firstSent, boolean open) {}
