package dev.reprise.outbox;

import dev.reprise.client.IdempotencyKey;
import java.net.URI;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An operation in an outbox, without its body and answer. Times are the database's.
 *
 * @param key its key
 * @param method its method
 * @param uri where it goes; the query may be confidential
 * @param state its state
 * @param rounds how often a deliverer has taken it, each time for one or more attempts
 * @param createdAt when it was stored
 * @param dueAt when it is taken next; while it is taken, when its lease ends; otherwise since when it is parked or
 *     ended
 * @param deadline when it is given up
 * @param open whether an attempt may have been executed
 * @param status the status of its answer; null if there is none
 * @param note what went wrong last, or what its resolver noted; null if nothing did
 */
public record OutboxEntry(
        IdempotencyKey key,
        String method,
        URI uri,
        OutboxState state,
        int rounds,
        Instant createdAt,
        Instant dueAt,
        Instant deadline,
        boolean open,
        @Nullable Integer status,
        @Nullable String note) {}
