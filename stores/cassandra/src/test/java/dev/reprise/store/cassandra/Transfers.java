package dev.reprise.store.cassandra;

import dev.reprise.Answer;
import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.IdempotencyEngine;
import dev.reprise.IdempotencyKey;
import dev.reprise.Operation;
import dev.reprise.OperationId;
import dev.reprise.OperationPolicy;
import dev.reprise.Outcome;
import dev.reprise.Rejection;
import dev.reprise.RequestFingerprint;
import dev.reprise.Response;
import dev.reprise.Scope;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Callers that send each operation until its answer is final, and the oracle: how often each one had an effect. */
final class Transfers {
    private static final Duration PATIENCE = Duration.ofMinutes(4);

    private final OperationPolicy policy;
    private final Duration work;
    private final Map<String, AtomicInteger> effects = new ConcurrentHashMap<>();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger unknown = new AtomicInteger();

    Transfers() {
        this(OperationPolicy.DEFAULT.lease(), Duration.ZERO);
    }

    /**
     * Callers with other operations.
     *
     * @param lease of each
     * @param work how long one takes
     */
    Transfers(Duration lease, Duration work) {
        this.policy = OperationPolicy.DEFAULT.withMaxWait(Duration.ofSeconds(1)).withLease(lease);
        this.work = work;
    }

    static OperationId id(String key) {
        return new OperationId(new Scope("alice", "/transfers"), new IdempotencyKey(key));
    }

    /** Sends an operation until it is executed or replayed, and returns what its response says. */
    String send(IdempotencyEngine engine, String key) {
        Operation operation =
                new Operation(id(key), RequestFingerprint.Source.of(new RequestFingerprint(1, new byte[] {1})), policy);
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() - end < 0 && !Thread.currentThread().isInterrupted()) {
            switch (engine.execute(operation, execution -> transfer(key))) {
                case Answer.Fresh fresh
                when !fresh.retention().isZero() -> {
                    return text(fresh.response());
                }
                case Answer.Replay replay -> {
                    return text(replay.response());
                }
                case Answer refusal -> {
                    if (refusal instanceof Answer.Reject reject && reject.reason() == Rejection.OUTCOME_UNKNOWN) {
                        unknown.incrementAndGet();
                    }
                    refused.incrementAndGet();
                    LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
                }
            }
        }
        throw new AssertionError(key + " has no final answer after " + PATIENCE);
    }

    private Outcome transfer(String key) {
        int number =
                effects.computeIfAbsent(key, ignored -> new AtomicInteger()).incrementAndGet();
        if (!work.isZero()) {
            LockSupport.parkNanos(work.toNanos());
        }
        Response response =
                new Response(201, Headers.EMPTY, Body.of((key + " " + number).getBytes(StandardCharsets.UTF_8)));
        return new Outcome.Answered(response, response);
    }

    private static String text(Response response) {
        return new String(response.body().bytes(), StandardCharsets.UTF_8);
    }

    /** How often each operation had an effect. */
    Map<String, AtomicInteger> effects() {
        return effects;
    }

    /** How often a caller was told to come again. */
    int refused() {
        return refused.get();
    }

    /** How often that was because nobody could tell what had happened. */
    int unknown() {
        return unknown.get();
    }

    /** How many effects there have been so far. */
    int count() {
        return effects.values().stream().mapToInt(AtomicInteger::get).sum();
    }
}
