package dev.reprise.resumable;

import dev.reprise.Answer;
import dev.reprise.Body;
import dev.reprise.IdempotencyException;
import dev.reprise.Operation;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Running;
import dev.reprise.Outcome;
import dev.reprise.Owner;
import dev.reprise.Rejection;
import dev.reprise.Response;
import dev.reprise.spi.Lease;
import dev.reprise.spi.ResumableStore.Opening;
import dev.reprise.spi.StoreException;
import dev.reprise.spi.TransactionalStore.Claimed;
import dev.reprise.spi.TransactionalStore.Failure;
import dev.reprise.spi.Transactions.Transaction;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** From a request to its caller's answer. Thread-safe. */
final class ResumableCalls<T> {
    private static final int MOST_FAILURES = 5;
    private static final int SERVER_ERROR = 500;

    private final ResumableParts<T> parts;
    private final Carrier<T> carrier;
    private final Completer<T> completer;
    private final Semaphore waitingPlaces;

    ResumableCalls(ResumableParts<T> parts, Carrier<T> carrier, Completer<T> completer, int maxWaiting) {
        this.parts = parts;
        this.carrier = carrier;
        this.completer = completer;
        this.waitingPlaces = new Semaphore(maxWaiting);
    }

    Answer run(Operation operation, Resumable<?, ?, T> type, Body input) {
        Call call = new Call(operation, type, input);
        return untilAnswered(call, call::look);
    }

    /** Empty if the operation is under way. */
    Optional<Answer> start(Operation operation, Resumable<?, ?, T> type, Body input) {
        Call call = new Call(operation, type, input);
        Answer answer = insist(call, call::start);
        return answer instanceof Answer.Reject reject && reject.reason() == Rejection.IN_PROGRESS
                ? Optional.empty()
                : Optional.of(answer);
    }

    /** What came of an operation that is under way, once it has ended, or its caller waits no longer. */
    Answer await(Operation operation, Resumable<?, ?, T> type) {
        Call call = new Call(operation, type, Body.EMPTY);
        call.goesOn = true;
        return untilAnswered(call, call::ended);
    }

    /** Looks again and again, as long as the caller waits. */
    private Answer untilAnswered(Call call, Look look) {
        return insist(call, () -> {
            for (int number = 0; ; number++) {
                Answer answer = look.answer();
                if (answer != null) {
                    return answer;
                }
                if (!call.waited(number)) {
                    return parts.replies().inProgress(call.operation.id(), call.started);
                }
            }
        });
    }

    /** A look at an operation: null if there is nothing to say yet. */
    @FunctionalInterface
    private interface Look {
        @Nullable
        Answer answer();
    }

    /** Asks again if a transaction failed because of others, or nobody knows what became of it. */
    private Answer insist(Call call, Supplier<Answer> asked) {
        boolean mayBeThere = false;
        for (int failures = 1; ; failures++) {
            try {
                return asked.get();
            } catch (StoreException e) {
                OperationId id = call.operation.id();
                Answer unavailable = parts.replies().storeFailed(id, e, call.started);
                Failure meaning = e instanceof UncertainException
                        ? Failure.UNKNOWN
                        : parts.records().diagnose(e);
                boolean again = switch (meaning) {
                    case RETRY -> parts.pauses().pause(failures);
                    case UNKNOWN -> canBeClaimed(id);
                    case REFUSED, OTHER -> false;
                };
                mayBeThere |= meaning == Failure.UNKNOWN || call.goesOn;
                if (!again || failures == MOST_FAILURES) {
                    return mayBeThere ? parts.replies().inProgress(id, call.started) : unavailable;
                }
            }
        }
    }

    /** Waits until the session is gone that was lost in a commit: it holds the operation until its fate is decided (S29). */
    private boolean canBeClaimed(OperationId id) {
        long giveUp = parts.events().now() + parts.commitCheckTimeout().toNanos();
        for (int attempt = 0; parts.events().now() - giveUp < 0; attempt++) {
            try {
                if (!(parts.records().look(id) instanceof Claimed.Busy)) {
                    return true;
                }
            } catch (StoreException e) {
                // Still down.
            }
            if (!parts.pauses().pause(attempt)) {
                break;
            }
        }
        return false;
    }

    /** One caller, from the request to its answer. */
    private final class Call {
        private final Operation operation;
        private final Resumable<?, ?, T> type;
        private final Body input;
        private final Owner owner = parts.owners().next();
        private final long started = parts.events().now();
        /** What the handler answered in a transaction that may have committed. */
        private @Nullable Response answered;
        /** Whether nobody knows if a transaction of this call has inserted the operation. */
        private boolean mayBeMine;
        /** Whether the operation is known to go on without this call. */
        private boolean goesOn;

        private Call(Operation operation, Resumable<?, ?, T> type, Body input) {
            this.operation = operation;
            this.type = type;
            this.input = input;
        }

        /** Runs the operation if nobody does; null if there is nothing to say yet. */
        private @Nullable Answer look() {
            Transaction<T> transaction = parts.transactions().begin();
            try (transaction) {
                return switch (parts.records().claim(transaction.handle(), operation.id())) {
                    case Claimed.Free ignored ->
                        answerOf(carrier.carryNew(type, opening(type.policy().lease()), transaction));
                    case Claimed.Existing existing -> existing(existing, transaction);
                    case Claimed.Busy ignored -> null;
                };
            }
        }

        private Opening opening(Duration lease) {
            return new Opening(operation.id(), operation.fingerprints().current(), type.type(), input, owner, lease);
        }

        private @Nullable Answer existing(Claimed.Existing existing, Transaction<T> transaction) {
            OperationRecord record = existing.record();
            if (!operation.fingerprints().matches(record.fingerprint())
                    || !(record.state() instanceof Running running)) {
                return record.state() instanceof Completed completed
                                && completed.response().equals(answered)
                        ? fresh(completed.response())
                        : parts.replies().of(operation, record, existing.now(), started);
            }
            boolean mine = mayBeMine && running.owner().equals(owner);
            if (!mine && !record.abandonedAt(existing.now())) {
                return null;
            }
            Duration length = type.policy().lease();
            Lease lease = mine
                    ? new Lease(record.id(), record.token(), record.attempt(), length)
                    : parts.store()
                            .takeOver(transaction.handle(), operation.id(), type.type(), owner, length)
                            .orElse(null);
            if (lease == null) {
                return null;
            }
            transaction.commit();
            return answerOf(carrier.carry(type, lease));
        }

        private @Nullable Answer answerOf(Carried carried) {
            mayBeMine = false;
            return switch (carried) {
                case Carried.Finished(Response response) -> fresh(response);
                case Carried.GoesOn ignored -> {
                    goesOn = true;
                    yield null;
                }
                case Carried.Parked(String reason) -> parts.replies().unknown(operation.id(), reason, started);
                case Carried.NotStarted notStarted -> {
                    Response answer = notStarted.answer();
                    if (answer == null || answer.status() < SERVER_ERROR) {
                        throw notStarted(notStarted);
                    }
                    // All was rolled back, and the key is free (S15).
                    yield parts.replies().released(operation.id(), new Outcome.NotExecuted(answer), started);
                }
            };
        }

        private Answer fresh(Response response) {
            return new Answer.Fresh(response, type.policy().retention());
        }

        private RuntimeException notStarted(Carried.NotStarted notStarted) {
            answered = notStarted.answer();
            return switch (notStarted.reason()) {
                case Ending.Interfered(StoreException failure) -> {
                    mayBeMine = failure instanceof UncertainException;
                    yield failure;
                }
                case Ending.Failed(RuntimeException cause, String ignored) -> cause;
                case Ending.Failed(Error cause, String ignored) -> throw cause;
                case Ending.Failed(Throwable cause, String ignored) ->
                    new IdempotencyException(
                            operation.id() + " failed before anything was recorded: " + cause.getMessage(), cause);
                case Ending.Stuck(String reason) -> new IdempotencyException(reason, null);
                case Ending.Finished ignored -> throw new IllegalStateException("It has ended");
                case Ending.Suspended ignored -> throw new IllegalStateException("It was started");
                case Ending.LeaseLost ignored -> throw new IllegalStateException("It had no lease");
            };
        }

        /** Records the operation, to be run in the background, or says what is there. */
        private Answer start() {
            try (Transaction<T> transaction = parts.transactions().begin()) {
                return switch (parts.records().claim(transaction.handle(), operation.id())) {
                    case Claimed.Free ignored -> {
                        // Without room here it is abandoned from the start, and anybody may go on with it.
                        boolean room = completer.hasRoom();
                        Lease lease = parts.store()
                                .start(
                                        transaction.handle(),
                                        opening(room ? type.policy().lease() : Duration.ZERO),
                                        List.of());
                        transaction.commit();
                        if (room) {
                            completer.start(type, lease);
                        }
                        yield parts.replies().inProgress(operation.id(), started);
                    }
                    case Claimed.Existing existing ->
                        parts.replies().of(operation, existing.record(), existing.now(), started);
                    case Claimed.Busy ignored -> parts.replies().inProgress(operation.id(), started);
                };
            }
        }

        /** What a record says that has an end; null as long as there is none. */
        private @Nullable Answer ended() {
            return parts.records().look(operation.id()) instanceof Claimed.Existing existing
                            && !(existing.record().state() instanceof Running)
                    ? parts.replies().of(operation, existing.record(), existing.now(), started)
                    : null;
        }

        /** Waits a little if the caller may still; false if it has waited as long as it may (S8). */
        private boolean waited(int look) {
            Duration maxWait = operation.policy().maxWait();
            Duration left =
                    maxWait.isZero() ? maxWait : maxWait.minus(parts.events().since(started));
            if (!left.isPositive() || !waitingPlaces.tryAcquire()) {
                return false;
            }
            try {
                Duration pause = parts.pauses().after(look);
                parts.pauses().sleep(pause.compareTo(left) < 0 ? pause : left);
                return true;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            } finally {
                waitingPlaces.release();
            }
        }
    }
}
