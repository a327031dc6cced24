package dev.reprise;

import dev.reprise.internal.Durations;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How operations of one kind are treated. Immutable. Start from {@link #DEFAULT} and change what differs.
 *
 * @param lease how long an owner holds an operation without renewing; renewed while the handler runs, so it bounds
 *     how long a crashed owner blocks a retry, not how long a handler may take; 1 ms to {@link #MAX_LEASE}
 * @param maxRunTime how long the lease is renewed for one handler; one that takes longer counts as lost, since a heartbeat
 *     proves that a process lives and not that its handler does; 1 ms to {@link #MAX_RUN_TIME}
 * @param retention how long a finished record is kept, counted from completion (S23); 1 ms to {@link #MAX_RETENTION}
 * @param maxWait how long a duplicate of a running operation waits for its answer before it is refused, up to {@link
 *     #MAX_WAIT}; zero refuses immediately (S8)
 * @param uncertain what happens to an operation whose effect is unknown (S15)
 * @param reconciler finds out what happened to an operation whose outcome is unknown (S33); null leaves that to the
 *     engine's reconciler, or to operators if it has none
 * @param duplicates what a retry of a finished operation gets (S25)
 * @param storeFailure what happens while the store does not answer (S22)
 */
public record OperationPolicy(
        Duration lease,
        Duration maxRunTime,
        Duration retention,
        Duration maxWait,
        Uncertain uncertain,
        @Nullable Reconciler reconciler,
        Duplicates duplicates,
        StoreFailure storeFailure) {
    /** A day. After a crash, a retry waits for the lease, so a longer one helps nobody. */
    public static final Duration MAX_LEASE = Duration.ofDays(1);

    /** 30 days. Nobody waits longer for an answer. */
    public static final Duration MAX_RUN_TIME = Duration.ofDays(30);

    /** Ten years of 365 days, which every store's clock can count. */
    public static final Duration MAX_RETENTION = Duration.ofDays(3650);

    /** A day. Connections do not last longer. */
    public static final Duration MAX_WAIT = Duration.ofDays(1);

    private static final Duration SHORTEST = Duration.ofMillis(1);

    /** The treatment of an operation that was abandoned, or failed where the effect may have happened. */
    public enum Uncertain {
        /** Keep it as outcome-unknown, and never execute it again blindly. The default. */
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
        /**
         * Execute without a record: retries may then execute again. Logged each time. What is known to exist, such as
         * a running owner, still refuses.
         */
        FAIL_OPEN
    }

    /**
     * A lease of 30 seconds, renewed for up to an hour; 24 hours of retention; no waiting; no reconciler; the safe
     * choice everywhere else.
     */
    public static final OperationPolicy DEFAULT = new OperationPolicy(
            Duration.ofSeconds(30),
            Duration.ofHours(1),
            Duration.ofHours(24),
            Duration.ZERO,
            Uncertain.UNKNOWN,
            null,
            Duplicates.REPLAY,
            StoreFailure.FAIL_CLOSED);

    /** @throws IllegalArgumentException if a duration is out of its limits */
    public OperationPolicy {
        Durations.between("lease", SHORTEST, lease, MAX_LEASE);
        Durations.between("maxRunTime", SHORTEST, maxRunTime, MAX_RUN_TIME);
        Durations.between("retention", SHORTEST, retention, MAX_RETENTION);
        Durations.between("maxWait", Duration.ZERO, maxWait, MAX_WAIT);
    }

    /** This policy with another lease. */
    public OperationPolicy withLease(Duration changed) {
        return with(draft -> draft.lease = changed);
    }

    /** This policy with another bound on how long the lease of one handler is renewed. */
    public OperationPolicy withMaxRunTime(Duration changed) {
        return with(draft -> draft.maxRunTime = changed);
    }

    /** This policy with another retention. */
    public OperationPolicy withRetention(Duration changed) {
        return with(draft -> draft.retention = changed);
    }

    /** This policy with another bound on waiting. */
    public OperationPolicy withMaxWait(Duration changed) {
        return with(draft -> draft.maxWait = changed);
    }

    /** This policy with another treatment of uncertain outcomes. */
    public OperationPolicy withUncertain(Uncertain changed) {
        return with(draft -> draft.uncertain = changed);
    }

    /** This policy with another way to find out about unknown outcomes, or with none of its own. */
    public OperationPolicy withReconciler(@Nullable Reconciler changed) {
        return with(draft -> draft.reconciler = changed);
    }

    /** This policy with another answer to retries of finished operations. */
    public OperationPolicy withDuplicates(Duplicates changed) {
        return with(draft -> draft.duplicates = changed);
    }

    /** This policy with another behaviour while the store does not answer. */
    public OperationPolicy withStoreFailure(StoreFailure changed) {
        return with(draft -> draft.storeFailure = changed);
    }

    private OperationPolicy with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.policy();
    }

    /** A policy while it is changed. */
    private static final class Draft {
        private Duration lease;
        private Duration maxRunTime;
        private Duration retention;
        private Duration maxWait;
        private Uncertain uncertain;
        private @Nullable Reconciler reconciler;
        private Duplicates duplicates;
        private StoreFailure storeFailure;

        private Draft(OperationPolicy policy) {
            lease = policy.lease;
            maxRunTime = policy.maxRunTime;
            retention = policy.retention;
            maxWait = policy.maxWait;
            uncertain = policy.uncertain;
            reconciler = policy.reconciler;
            duplicates = policy.duplicates;
            storeFailure = policy.storeFailure;
        }

        private OperationPolicy policy() {
            return new OperationPolicy(
                    lease, maxRunTime, retention, maxWait, uncertain, reconciler, duplicates, storeFailure);
        }
    }
}
