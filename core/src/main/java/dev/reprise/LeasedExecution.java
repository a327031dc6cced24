package dev.reprise;

import dev.reprise.IdempotencyEvent.Executed;
import dev.reprise.IdempotencyEvent.LeaseLost;
import dev.reprise.IdempotencyEvent.OutcomeUnknown;
import dev.reprise.IdempotencyEvent.RanTooLong;
import dev.reprise.IdempotencyEvent.Released;
import dev.reprise.IdempotencyEvent.StoreFailed;
import dev.reprise.OperationState.Completed;
import dev.reprise.internal.Stages;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * A hold by lease, which is renewed until {@link #finish}: from the handler's outcome to a durable record, and only then to
 * the answer (S19).
 */
final class LeasedExecution implements Execution {
    private static final String NO_OUTCOME = "A handler's outcome; its operation is unknown now";

    private final LeasedParts parts;
    private final Operation operation;
    private final Owner owner;
    private final Lease lease;
    private final long startedNanos;
    private final AtomicBoolean finished = new AtomicBoolean();
    private final AtomicBoolean leaseLost = new AtomicBoolean();

    LeasedExecution(LeasedParts parts, Operation operation, Owner owner, Lease lease, long startedNanos) {
        this.parts = parts;
        this.operation = operation;
        this.owner = owner;
        this.lease = lease;
        this.startedNanos = startedNanos;
    }

    @Override
    public OperationId id() {
        return operation.id();
    }

    @Override
    public int attempt() {
        return lease.attempt();
    }

    @Override
    public FencingToken token() {
        return lease.token();
    }

    @Override
    public boolean leaseLost() {
        return leaseLost.get();
    }

    Operation operation() {
        return operation;
    }

    Owner owner() {
        return owner;
    }

    Lease lease() {
        return lease;
    }

    @Override
    public Answer finish(Outcome outcome) {
        requireFirst();
        if (outcome == null) {
            Outcome none = noOutcome();
            conclude(none, writeOf(none));
        }
        Objects.requireNonNull(outcome, NO_OUTCOME);
        return conclude(outcome, writeOf(outcome));
    }

    /** A bug of the handler or the adapter, which must not keep the operation in progress for ever. */
    private static Outcome noOutcome() {
        return Outcome.Uncertain.because("The handler ended without an outcome");
    }

    /** An answer is recorded without a thread that waits; what came of any other outcome may take a while to find out. */
    @Override
    public CompletionStage<Answer> finishAsync(Outcome outcome) {
        requireFirst();
        if (outcome == null) {
            Outcome none = noOutcome();
            return concludeOnThread(none, writeOf(none))
                    .thenCompose(told -> CompletableFuture.failedFuture(new NullPointerException(NO_OUTCOME)));
        }
        return Stages.handedOut(concluded(outcome));
    }

    private CompletionStage<Answer> concluded(Outcome outcome) {
        if (!(outcome instanceof Outcome.Answered answered) || !parts.store().isAsync()) {
            return concludeOnThread(outcome, writeOf(outcome));
        }
        OperationPolicy policy = operation.policy();
        return parts.store()
                .completeAsync(lease, answered.keptBy(policy), policy.retention())
                .thenCompose(first -> isHeld(first)
                        ? CompletableFuture.completedFuture(conclude(outcome, first))
                        : concludeOnThread(outcome, first));
    }

    private static boolean isHeld(Supplier<LeaseStatus> write) {
        try {
            return write.get() == LeaseStatus.HELD;
        } catch (StoreException e) {
            return false;
        }
    }

    /** @param first the first write, or what came of it */
    private CompletionStage<Answer> concludeOnThread(Outcome outcome, Supplier<LeaseStatus> first) {
        try {
            return parts.background().supply("reprise-finisher", () -> conclude(outcome, first));
        } catch (RejectedExecutionException e) {
            // The engine is closing, and its store may still be open.
            return CompletableFuture.supplyAsync(() -> conclude(outcome, first), Thread::startVirtualThread);
        } catch (RuntimeException | Error e) {
            // There is no thread to be had, and the outcome must not be lost.
            return CompletableFuture.completedFuture(concludeLater(outcome, writeOf(outcome)));
        }
    }

    private void requireFirst() {
        if (!finished.compareAndSet(false, true)) {
            throw new IllegalStateException("The execution of " + id() + " is finished already");
        }
    }

    /** @param first the first write, or what came of it */
    private Answer conclude(Outcome outcome, Supplier<LeaseStatus> first) {
        LeaseStatus status;
        try {
            status = writeTwice(outcome, first);
        } catch (StoreException e) {
            return concludeLater(outcome, writeOf(outcome));
        }
        ends();
        tell(outcome, status);
        return status == LeaseStatus.HELD ? answerHeld(outcome) : answerLost(outcome);
    }

    private Supplier<LeaseStatus> writeOf(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Answered answered -> {
                Response kept = answered.keptBy(operation.policy());
                yield () ->
                        parts.store().complete(lease, kept, operation.policy().retention());
            }
            case Outcome.NotExecuted ignored -> () -> parts.store().release(lease);
            case Outcome.Uncertain uncertain ->
                rerun()
                        ? () -> parts.store().release(lease)
                        : () -> parts.store().park(lease, uncertain.reason());
        };
    }

    private boolean rerun() {
        return operation.policy().uncertain() == OperationPolicy.Uncertain.RERUN;
    }

    /** The second try is for what goes wrong most often: a pooled connection that broke unnoticed. */
    private LeaseStatus writeTwice(Outcome outcome, Supplier<LeaseStatus> first) {
        try {
            return first.get();
        } catch (StoreException e) {
            parts.events().tell(() -> new StoreFailed(id(), duration(), e));
            return writeOf(outcome).get();
        }
    }

    /**
     * The record is not durable, so an answer that retries would have to repeat cannot go out yet. The lease is kept
     * alive until the write is settled; a retry meets an operation in progress meanwhile.
     */
    private Answer concludeLater(Outcome outcome, Supplier<LeaseStatus> write) {
        parts.outcomes()
                .settle(
                        "record the outcome of " + id(),
                        () -> {
                            tell(outcome, write.get());
                            return true;
                        },
                        this::ends);
        return outcome instanceof Outcome.Answered
                ? parts.replies().inProgress(id(), startedNanos)
                : new Answer.Fresh(outcome.response(), Duration.ZERO);
    }

    /** The outcome is settled, or given up. */
    private void ends() {
        parts.heartbeat().stop(this);
    }

    /** Tells the listener what became of the outcome, and starts to reconcile an unknown one. */
    private void tell(Outcome outcome, LeaseStatus status) {
        if (status == LeaseStatus.LOST) {
            leaseWasLost();
            return;
        }
        int code = outcome.response().status();
        parts.events().tell(() -> switch (outcome) {
            case Outcome.Answered ignored -> new Executed(id(), duration(), code);
            case Outcome.NotExecuted ignored -> new Released(id(), duration(), code);
            case Outcome.Uncertain uncertain ->
                rerun()
                        ? new Released(id(), duration(), code)
                        : new OutcomeUnknown(id(), duration(), uncertain.reason());
        });
        if (outcome instanceof Outcome.Uncertain && !rerun()) {
            parts.reconciliations().start(operation, lease.token());
        }
    }

    private Answer answerHeld(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Answered answered ->
                new Answer.Fresh(answered.response(), operation.policy().retention());
            case Outcome.NotExecuted refused -> new Answer.Fresh(refused.response(), Duration.ZERO);
            case Outcome.Uncertain uncertain ->
                reconciled().orElseGet(() -> new Answer.Fresh(uncertain.response(), Duration.ZERO));
        };
    }

    /** The answer that was found out while the caller could wait for it (S33). */
    private Optional<Answer> reconciled() {
        Duration left = operation.policy().maxWait().minus(duration());
        if (rerun() || !left.isPositive() || !parts.reconciliations().await(id(), left)) {
            return Optional.empty();
        }
        try {
            return parts.store()
                    .find(id())
                    .filter(record -> record.state() instanceof Completed)
                    .map(this::answer);
        } catch (StoreException e) {
            return Optional.empty();
        }
    }

    /** A late owner's answer is not the recorded one, so its caller gets the answer from the record (S27). */
    private Answer answerLost(Outcome outcome) {
        if (!(outcome instanceof Outcome.Answered)) {
            return new Answer.Fresh(outcome.response(), Duration.ZERO);
        }
        try {
            return parts.store()
                    .find(id())
                    .map(this::answer)
                    .orElseGet(() -> parts.replies()
                            .unknown(id(), "The record was deleted while the handler ran", startedNanos));
        } catch (StoreException e) {
            parts.events().tell(() -> new StoreFailed(id(), duration(), e));
            return parts.replies().inProgress(id(), startedNanos);
        }
    }

    /** What a record says that was not written by this execution. It was written while this execution lasted. */
    private Answer answer(OperationRecord record) {
        Instant latest = record.state() instanceof Completed completed
                ? completed.completedAt().plus(duration())
                : record.createdAt();
        return parts.replies().of(operation, record, latest, startedNanos);
    }

    /**
     * Somebody has taken the lease, or the operation has ended. If that is this execution's own doing, its write says what came
     * of it.
     */
    void renewalWasRefused() {
        if (!finished.get()) {
            leaseWasLost();
        }
    }

    /** Marks the execution, and tells the listener once. */
    private void leaseWasLost() {
        if (leaseLost.compareAndSet(false, true)) {
            parts.events().tell(() -> new LeaseLost(id(), duration()));
        }
    }

    /** Its lease is not renewed any more. */
    void ranTooLong() {
        parts.events().tell(() -> new RanTooLong(id(), duration()));
    }

    private Duration duration() {
        return parts.events().since(startedNanos);
    }
}
