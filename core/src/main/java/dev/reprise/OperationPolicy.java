package dev.reprise;

import java.time.Duration;

/**
 * How operations of one kind are treated. Immutable; start from {@link #DEFAULT} and change what differs.
 *
 * @param lease how long an owner holds an operation without renewing; renewed while the handler runs, so it bounds
 *     how long a crashed owner blocks a retry, not how long a handler may take
 * @param retention how long a finished record is kept, counted from completion (S23)
 * @param maxWait how long a duplicate of a running operation waits for its answer before it is refused; zero refuses
 *     at once (S8)
 * @param uncertain what happens to an operation whose effect nobody can tell (S15)
 * @param duplicates what the retry of a finished operation gets (S25)
 * @param storeFailure what happens while the store does not answer (S22)
 */
public record OperationPolicy(
        Duration lease,
        Duration retention,
        Duration maxWait,
        Uncertain uncertain,
        Duplicates duplicates,
        StoreFailure storeFailure) {

    /** The treatment of an operation that was abandoned, or failed where the effect may have happened. */
    public enum Uncertain {
        /** Keep it as outcome-unknown and never execute it again by itself. The default. */
        UNKNOWN,
        /** Execute it again: the handler is declared safe to run more than once. */
        RERUN
    }

    /** The answer to the retry of a finished operation. */
    public enum Duplicates {
        /** The recorded response. The default. */
        REPLAY,
        /** A refusal; no content is kept. */
        REJECT
    }

    /** The choice between refusing work and working without protection. */
    public enum StoreFailure {
        /** Refuse, and execute nothing. The default. */
        FAIL_CLOSED,
        /** Execute without a record: retries may then execute again. Logged each time. */
        FAIL_OPEN
    }

    /** A lease of 30 seconds, 24 hours of retention, no waiting, and the safe choice everywhere else. */
    public static final OperationPolicy DEFAULT = new OperationPolicy(
            Duration.ofSeconds(30),
            Duration.ofHours(24),
            Duration.ZERO,
            Uncertain.UNKNOWN,
            Duplicates.REPLAY,
            StoreFailure.FAIL_CLOSED);

    /** @throws IllegalArgumentException if a duration is negative, or the lease or the retention is zero */
    public OperationPolicy {
        requirePositive("lease", lease);
        requirePositive("retention", retention);
        if (maxWait.isNegative()) {
            throw new IllegalArgumentException("maxWait must not be negative: " + maxWait);
        }
    }

    private static void requirePositive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " must be positive: " + value);
        }
    }

    /** This policy with another lease. */
    public OperationPolicy withLease(Duration changed) {
        return new OperationPolicy(changed, retention, maxWait, uncertain, duplicates, storeFailure);
    }

    /** This policy with another retention. */
    public OperationPolicy withRetention(Duration changed) {
        return new OperationPolicy(lease, changed, maxWait, uncertain, duplicates, storeFailure);
    }

    /** This policy with another bound on waiting. */
    public OperationPolicy withMaxWait(Duration changed) {
        return new OperationPolicy(lease, retention, changed, uncertain, duplicates, storeFailure);
    }

    /** This policy with another treatment of uncertain outcomes. */
    public OperationPolicy withUncertain(Uncertain changed) {
        return new OperationPolicy(lease, retention, maxWait, changed, duplicates, storeFailure);
    }

    /** This policy with another answer to retries of finished operations. */
    public OperationPolicy withDuplicates(Duplicates changed) {
        return new OperationPolicy(lease, retention, maxWait, uncertain, changed, storeFailure);
    }

    /** This policy with another behaviour while the store does not answer. */
    public OperationPolicy withStoreFailure(StoreFailure changed) {
        return new OperationPolicy(lease, retention, maxWait, uncertain, duplicates, changed);
    }
}
