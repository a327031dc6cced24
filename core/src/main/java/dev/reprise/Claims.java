package dev.reprise;

import dev.reprise.IdempotencyEvent.TakenOver;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Running;
import dev.reprise.OperationState.Unknown;
import dev.reprise.internal.Events;
import dev.reprise.internal.Stages;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Acquisition.Acquired;
import dev.reprise.spi.Acquisition.Existing;
import dev.reprise.spi.Claim;
import dev.reprise.spi.Lease;
import dev.reprise.spi.StoreException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** From a request to the claim on its operation, or to the answer that its caller gets instead. Thread-safe. */
final class Claims {
    /** What becomes of an operation whose caller has given up to wait for its turn. */
    private static final Outcome NOBODY_EXECUTES =
            new Outcome.NotExecuted(new Response(503, Headers.EMPTY, Body.EMPTY));

    private static final Logger LOG = System.getLogger(Claims.class.getName());
    /** While so many outcomes wait for the store, making more of them is no use. */
    private static final int MOST_UNSETTLED = 10_000;
    /** How often one who waits is asked whether it is still there. */
    private static final Duration GLANCE = Duration.ofSeconds(1);

    private final LeasedParts parts;
    private final GuardedStore store;
    private final Supplier<Owner> owners;
    private final Withdrawals withdrawals;
    private final Unprotected unprotected;
    private final Semaphore waitingPlaces;

    Claims(LeasedParts parts, Supplier<Owner> owners, Withdrawals withdrawals, int maxWaiting) {
        this.parts = parts;
        this.store = parts.store();
        this.owners = owners;
        this.withdrawals = withdrawals;
        this.unprotected = new Unprotected(parts.heartbeat()::knows);
        this.waitingPlaces = new Semaphore(maxWaiting);
    }

    /**
     * A request on its way to a decision.
     *
     * @param claim its first one
     * @param started when it came, if anybody needs to know
     */
    private record Beginning(Operation operation, Claim claim, long started) {}

    Decision begin(Operation operation) {
        Beginning beginning = beginning(operation);
        Answer refusal = refusal(beginning);
        return refusal == null ? decide(beginning, () -> store.acquire(beginning.claim())) : refusal;
    }

    CompletionStage<Decision> beginAsync(Operation operation) {
        return Stages.handedOut(begun(operation), decision -> {
            if (decision instanceof Decision.Execute(Execution execution)) {
                CompletionStage<Answer> unused = execution.finishAsync(NOBODY_EXECUTES);
            }
        });
    }

    private CompletionStage<Decision> begun(Operation operation) {
        if (!store.isAsync()) {
            return onThread(() -> begin(operation));
        }
        Beginning beginning = beginning(operation);
        Answer refusal = refusal(beginning);
        return refusal == null
                ? store.acquireAsync(beginning.claim()).thenCompose(first -> decideAsync(beginning, first))
                : CompletableFuture.completedFuture(refusal);
    }

    private CompletionStage<Decision> onThread(Supplier<Decision> work) {
        try {
            return parts.background().supply("reprise-waiter", work);
        } catch (RuntimeException | Error e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** What is new or finished is decided at once; anything else may take a while. */
    private CompletionStage<Decision> decideAsync(Beginning beginning, Supplier<Acquisition> first) {
        return mayBlock(first)
                ? onThread(() -> decide(beginning, first))
                : CompletableFuture.completedFuture(decide(beginning, first));
    }

    private static boolean mayBlock(Supplier<Acquisition> first) {
        try {
            return first.get() instanceof Existing existing
                    && !(existing.record().state() instanceof Completed);
        } catch (StoreException e) {
            return false;
        }
    }

    private Beginning beginning(Operation operation) {
        // Only a listener and a wait need the time, and reading the clock is a good part of what a replay costs.
        boolean timed = parts.events().heard() || !operation.policy().maxWait().isZero();
        long started = timed ? parts.events().now() : 0;
        Claim first = new Claim(
                operation.id(),
                operation.fingerprints().current(),
                owners.get(),
                operation.policy().lease());
        return new Beginning(operation, first, started);
    }

    private @Nullable Answer refusal(Beginning beginning) {
        if (parts.outcomes().unsettled() < MOST_UNSETTLED) {
            return null;
        }
        StoreException full = new StoreException(
                "Nothing is executed while " + MOST_UNSETTLED + " outcomes wait for the store", null);
        return parts.replies().storeFailed(beginning.operation().id(), full, beginning.started());
    }

    /** @param first what came of the first claim */
    private Decision decide(Beginning beginning, Supplier<Acquisition> first) {
        Operation operation = beginning.operation();
        long started = beginning.started();
        Supplier<Acquisition> answer = first;
        boolean known = false;
        for (Claim claim = beginning.claim(); ; known = true) {
            Acquisition acquisition;
            try {
                acquisition = answer.get();
            } catch (StoreException e) {
                if (!e.isNothingDone()) {
                    withdrawals.withdraw(claim);
                }
                return storeFailed(operation, e, known || e.isUnreadable(), started);
            }
            switch (acquisition) {
                case Acquired(Lease lease) -> {
                    return execute(operation, claim, lease, started);
                }
                case Existing existing -> {
                    Answer given = answer(operation, existing, started);
                    if (given != null) {
                        return given;
                    }
                    Claim next = mayTakeOver(operation, existing)
                            ? beginning.claim().takingOverFrom(existing.record().token())
                            : beginning.claim();
                    claim = next;
                    answer = () -> store.acquire(next);
                }
            }
        }
    }

    private Decision execute(Operation operation, Claim claim, Lease lease, long started) {
        LeasedExecution execution = begun(operation, claim, lease, started);
        if (lease.attempt() > 1) {
            Events events = parts.events();
            events.tell(() -> new TakenOver(operation.id(), events.since(started), lease.attempt()));
        }
        return new Decision.Execute(execution);
    }

    /** Whatever keeps it from beginning leaves neither a hold on the operation nor a trace of it here. */
    private LeasedExecution begun(Operation operation, Claim claim, Lease lease, long started) {
        boolean kept = false;
        try {
            LeasedExecution execution = new LeasedExecution(parts, operation, claim.owner(), lease, started);
            parts.heartbeat().start(execution);
            kept = true;
            return execution;
        } finally {
            if (!kept) {
                withdrawals.withdraw(claim);
            }
        }
    }

    /** The answer that a record gives; null if it is time to claim again. */
    private @Nullable Answer answer(Operation operation, Existing existing, long started) {
        OperationRecord record = existing.record();
        boolean again = !(record.state() instanceof Completed)
                && operation.fingerprints().matches(record.fingerprint())
                && switch (record.state()) {
                    case Completed ignored -> false;
                    case Unknown unknown -> isReconciled(operation, record, unknown, existing, started);
                    case Running running ->
                        record.abandonedAt(existing.now())
                                ? isSettled(operation, record)
                                : hasChanged(operation, running, existing, started);
                };
        return again ? null : parts.replies().of(operation, record, existing.now(), started);
    }

    private static boolean mayTakeOver(Operation operation, Existing existing) {
        return operation.policy().uncertain() == OperationPolicy.Uncertain.RERUN
                && existing.record().abandonedAt(existing.now());
    }

    /** An abandoned operation is executed again where that is safe, and unknown from now on otherwise (S15). */
    private boolean isSettled(Operation operation, OperationRecord record) {
        if (operation.policy().uncertain() == OperationPolicy.Uncertain.UNKNOWN) {
            String reason = "The owner of attempt " + record.attempt() + " vanished before it recorded an outcome";
            try {
                store.parkAbandoned(operation.id(), record.token(), reason);
            } catch (StoreException e) {
                return false;
            }
        }
        return true;
    }

    /** Whether somebody found out what happened while the caller could wait for it (S33). */
    private boolean isReconciled(
            Operation operation, OperationRecord record, Unknown unknown, Existing existing, long started) {
        Reconciliations reconciliations = parts.reconciliations();
        if (!unknown.reconcileAfter().isAfter(existing.now())) {
            reconciliations.start(operation, record.token());
        }
        return waited(operation, started, left -> reconciliations.await(operation.id(), left));
    }

    /** Whether the operation may have changed while the caller could wait for it (S8). */
    private boolean hasChanged(Operation operation, Running running, Existing existing, long started) {
        Duration leaseLeft = Duration.between(existing.now(), running.leaseEnd());
        return waited(operation, started, left -> {
            Duration wait = leaseLeft.compareTo(left) < 0 ? leaseLeft : left;
            store.awaitChange(operation.id(), existing.record().token(), wait);
            return true;
        });
    }

    /** Something that is waited for, at most as long as given; true if there may be news. */
    @FunctionalInterface
    private interface Wait {
        boolean atMost(Duration left) throws InterruptedException;
    }

    /** Waits if the caller may; false if there is no news for it. */
    private boolean waited(Operation operation, long started, Wait wait) {
        Duration maxWait = operation.policy().maxWait();
        Duration left =
                maxWait.isZero() ? maxWait : maxWait.minus(parts.events().since(started));
        BooleanSupplier gone = operation.callerGone();
        if (!left.isPositive() || (gone != null && gone.getAsBoolean()) || !waitingPlaces.tryAcquire()) {
            return false;
        }
        try {
            return wait.atMost(gone == null || left.compareTo(GLANCE) < 0 ? left : GLANCE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (StoreException e) {
            return false;
        } finally {
            waitingPlaces.release();
        }
    }

    /**
     * The store is down: refuse, or execute without a record where that was chosen explicitly and nothing is known that
     * speaks against it (S22).
     *
     * @param known whether there is a record
     */
    private Decision storeFailed(Operation operation, StoreException failure, boolean known, long started) {
        OperationId id = operation.id();
        Answer refusal = parts.replies().storeFailed(id, failure, started);
        boolean open = operation.policy().storeFailure() == OperationPolicy.StoreFailure.FAIL_OPEN;
        if (!open || known || !unprotected.begins(id)) {
            return refusal;
        }
        LOG.log(Level.ERROR, "Executing " + id + " WITHOUT protection: " + failure.getMessage());
        return new Decision.Execute(new UnprotectedExecution(id, unprotected));
    }
}
