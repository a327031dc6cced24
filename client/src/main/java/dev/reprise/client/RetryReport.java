package dev.reprise.client;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a call went (C8).
 *
 * @param attempts how often the request was sent, including hedges
 * @param waits the waits before retries; a hedge has none
 * @param replayed whether the answer is the recorded one of an earlier attempt (S17)
 * @param certainty what is certain about the effect
 * @param stop why there was no further attempt
 * @param key the idempotency key of the operation; null if it had none
 * @param remembered how much longer the server keeps the key, if it said so (C7); otherwise null
 */
public record RetryReport(
        int attempts,
        List<Duration> waits,
        boolean replayed,
        Certainty certainty,
        StopReason stop,
        @Nullable IdempotencyKey key,
        @Nullable Duration remembered) {
    /** Copies the waits. */
    public RetryReport {
        waits = List.copyOf(waits);
    }

    /** The report of the call that this response ended; empty for a response of another client. */
    public static Optional<RetryReport> of(HttpResponse<?> response) {
        return response instanceof RetriedResponse<?> retried ? Optional.of(retried.report()) : Optional.empty();
    }

    /**
     * The report of the call that failed with this exception; empty if it is not about a call. Looks at its causes and
     * their suppressed exceptions, where an interrupt, a cancellation or an {@link Error} has it.
     */
    public static Optional<RetryReport> of(Throwable failure) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Throwable> left = new ArrayDeque<>(List.of(failure));
        while (!left.isEmpty()) {
            Throwable next = left.poll();
            if (next instanceof CallFailedException failed) {
                return Optional.of(failed.report());
            }
            if (seen.add(next)) {
                Optional.ofNullable(next.getCause()).ifPresent(left::add);
                left.addAll(List.of(next.getSuppressed()));
            }
        }
        return Optional.empty();
    }
}
