package dev.reprise;

import dev.reprise.IdempotencyEvent.Executed;
import dev.reprise.IdempotencyEvent.LeaseLost;
import dev.reprise.IdempotencyEvent.OutcomeUnknown;
import dev.reprise.IdempotencyEvent.Released;
import dev.reprise.IdempotencyEvent.Replayed;
import dev.reprise.IdempotencyEvent.StoreFailed;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Running;
import dev.reprise.OperationState.Unknown;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.OperationStore;
import dev.reprise.spi.StoreException;
import java.time.Duration;
import java.util.function.Supplier;

/** The second half of the engine: from a handler's outcome to a durable record, and only then to the answer (S19). */
final class Conclusions {
    private final OperationStore store;
    private final Events events;
    private final Replies replies;
    private final Settler settler;
    private final Heartbeat heartbeat;

    Conclusions(OperationStore store, Events events, Settler settler, Heartbeat heartbeat) {
        this.store = store;
        this.events = events;
        this.replies = new Replies(events);
        this.settler = settler;
        this.heartbeat = heartbeat;
    }

    Answer conclude(LeasedExecution execution, Outcome outcome) {
        Lease lease = execution.lease();
        if (lease == null) {
            return new Answer.Fresh(outcome.response(), Duration.ZERO);
        }
        Supplier<LeaseStatus> write =
                writeOf(outcome, lease, execution.operation().policy());
        LeaseStatus status;
        try {
            status = writeTwice(execution, write);
        } catch (StoreException e) {
            return concludeLater(execution, lease, outcome, write);
        }
        heartbeat.stop(lease);
        return status == LeaseStatus.HELD ? answerHeld(execution, outcome) : answerLost(execution, outcome);
    }

    private Supplier<LeaseStatus> writeOf(Outcome outcome, Lease lease, OperationPolicy policy) {
        return switch (outcome) {
            case Outcome.Answered answered -> {
                Response kept = policy.duplicates() == OperationPolicy.Duplicates.REPLAY
                        ? answered.recorded()
                        : new Response(answered.response().status(), Headers.EMPTY, Body.OMITTED);
                yield () -> store.complete(lease, kept, policy.retention());
            }
            case Outcome.NotExecuted ignored -> () -> store.release(lease);
            case Outcome.Uncertain uncertain ->
                policy.uncertain() == OperationPolicy.Uncertain.RERUN
                        ? () -> store.release(lease)
                        : () -> store.park(lease, uncertain.reason());
        };
    }

    /** The second try is for what goes wrong most often: a pooled connection that broke unnoticed. */
    private LeaseStatus writeTwice(LeasedExecution execution, Supplier<LeaseStatus> write) {
        try {
            return write.get();
        } catch (StoreException e) {
            tellFailure(execution, e);
            return write.get();
        }
    }

    /**
     * The record is not durable, so an answer that retries would have to repeat cannot go out yet. The lease is kept
     * alive until the write is settled; a retry meets an operation in progress meanwhile.
     */
    private Answer concludeLater(LeasedExecution execution, Lease lease, Outcome outcome, Supplier<LeaseStatus> write) {
        settler.settle(
                "record the outcome of " + execution.id(), () -> write.get() != null, () -> heartbeat.stop(lease));
        return outcome instanceof Outcome.Answered
                ? replies.inProgress(execution.id(), execution.startedNanos())
                : new Answer.Fresh(outcome.response(), Duration.ZERO);
    }

    private Answer answerHeld(LeasedExecution execution, Outcome outcome) {
        OperationPolicy policy = execution.operation().policy();
        events.tell(() -> {
            Duration duration = duration(execution);
            int status = outcome.response().status();
            return switch (outcome) {
                case Outcome.Answered ignored -> new Executed(execution.id(), duration, status);
                case Outcome.NotExecuted ignored -> new Released(execution.id(), duration, status);
                case Outcome.Uncertain uncertain ->
                    policy.uncertain() == OperationPolicy.Uncertain.RERUN
                            ? new Released(execution.id(), duration, status)
                            : new OutcomeUnknown(execution.id(), duration, uncertain.reason());
            };
        });
        return new Answer.Fresh(
                outcome.response(), outcome instanceof Outcome.Answered ? policy.retention() : Duration.ZERO);
    }

    /** A late owner's answer is not the recorded one, so its caller is told what the record says (S27). */
    private Answer answerLost(LeasedExecution execution, Outcome outcome) {
        leaseLost(execution);
        if (!(outcome instanceof Outcome.Answered)) {
            return new Answer.Fresh(outcome.response(), Duration.ZERO);
        }
        try {
            return store.find(execution.id())
                    .map(record -> answerAfterLoss(execution, record.state()))
                    .orElseGet(() -> replies.unknown(
                            execution.id(), "The record was deleted while the handler ran", execution.startedNanos()));
        } catch (StoreException e) {
            tellFailure(execution, e);
            return replies.inProgress(execution.id(), execution.startedNanos());
        }
    }

    private Answer answerAfterLoss(LeasedExecution execution, OperationState state) {
        return switch (state) {
            case Completed completed -> {
                events.tell(() -> new Replayed(execution.id(), duration(execution)));
                yield new Answer.Replay(
                        completed.response(), Duration.between(completed.completedAt(), completed.expiresAt()));
            }
            case Running ignored -> replies.inProgress(execution.id(), execution.startedNanos());
            case Unknown unknown -> replies.unknown(execution.id(), unknown.reason(), execution.startedNanos());
        };
    }

    /** Marks the execution, and tells the listener once. */
    void leaseLost(LeasedExecution execution) {
        if (execution.loseLease()) {
            events.tell(() -> new LeaseLost(execution.id(), duration(execution)));
        }
    }

    private void tellFailure(LeasedExecution execution, StoreException failure) {
        events.tell(() -> new StoreFailed(execution.id(), duration(execution), failure));
    }

    private Duration duration(LeasedExecution execution) {
        return events.since(execution.startedNanos());
    }
}
