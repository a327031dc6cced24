package dev.reprise.resumable;

import dev.reprise.Body;
import dev.reprise.IdempotencyEvent;
import dev.reprise.OperationId;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Running;
import dev.reprise.OperationState.Unknown;
import dev.reprise.Response;
import dev.reprise.internal.Failures;
import dev.reprise.internal.Pauses;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.ResumableStore.Next;
import dev.reprise.spi.ResumableStore.Opening;
import dev.reprise.spi.ResumableStore.Progress;
import dev.reprise.spi.ResumableStore.Progressing;
import dev.reprise.spi.StoreException;
import dev.reprise.spi.Transactions.Transaction;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Carries operations on that this engine holds, as far as they go here. Thread-safe. */
final class Carrier<T> {
    private static final Logger LOG = System.getLogger(Carrier.class.getName());
    /** How many times an operation is run again at once because of others (P8). */
    private static final int MOST_INTERFERENCES = 5;

    private final ResumableParts<T> parts;
    private final Renewals<T> renewals;

    Carrier(ResumableParts<T> parts, Renewals<T> renewals) {
        this.parts = parts;
        this.renewals = renewals;
    }

    /** One that was claimed in a transaction and is not inserted yet. */
    Carried carryNew(Resumable<?, ?, T> type, Opening opening, Transaction<T> claiming) {
        StepJournal<T> journal = StepJournal.ofNew(parts, opening, claiming);
        Run<T> run = new Run<>(opening.id(), type.policy(), parts, journal, List.of(), null);
        Ending ending = run(run, type, opening.input());
        Lease lease = run.lease();
        if (lease != null) {
            return carryOn(type, lease, ending, run, 1);
        }
        if (ending instanceof Ending.Suspended) {
            return conclude(run, ending, 1);
        }
        run.abandon();
        return new Carried.NotStarted(ending, run.answer());
    }

    /** One that is there, and is held under a lease. */
    Carried carry(Resumable<?, ?, T> type, Lease lease) {
        try {
            Progressing found = held(lease).orElse(null);
            if (found == null) {
                return lost(lease.id());
            }
            if (lease.attempt() > 1) {
                parts.events().tell(() -> new IdempotencyEvent.TakenOver(lease.id(), Duration.ZERO, lease.attempt()));
            }
            Run<T> run = new Run<>(
                    lease.id(), type.policy(), parts, StepJournal.of(parts, lease), found.steps(), found.failing());
            if (found.idleAttempts() > type.policy().attempts()) {
                return park(run, found);
            }
            return carryOn(type, lease, run(run, type, found.input()), run, found.idleAttempts());
        } catch (StoreException e) {
            return leaveToOthers(lease.id(), e);
        }
    }

    /** Its owners vanish without a word, time and again; perhaps it is what kills them (P7). */
    private Carried park(Run<T> run, Progressing found) {
        String reason = "It was run " + (found.idleAttempts() - 1) + " times and finished no step"
                + (found.lastError().isEmpty() ? "; its processes vanished" : ": " + found.lastError());
        return park(run, new Next.Park(reason));
    }

    private Carried park(Run<T> run, Next.Park park) {
        return release(run, park) ? parked(run, park.reason()) : new Carried.GoesOn(true);
    }

    private Optional<Progressing> held(Lease lease) {
        return parts.store()
                .find(lease.id())
                .filter(found -> found.record().token().equals(lease.token()));
    }

    /** From the end of a first run here, which may be followed by others. */
    private Carried carryOn(Resumable<?, ?, T> type, Lease lease, Ending first, Run<T> firstRun, int idle) {
        Run<T> run = firstRun;
        Ending ending = first;
        int idleAttempts = idle;
        for (int attempt = 1; ending instanceof Ending.Interfered(StoreException failure); attempt++) {
            run.abandon();
            if (attempt == MOST_INTERFERENCES) {
                ending = new Ending.Failed(failure);
                break;
            }
            parts.pauses().pause(attempt);
            Progressing found = lookAgain(lease, failure).orElse(null);
            if (found == null) {
                return leaveToOthers(lease.id(), failure);
            }
            switch (found.record().state()) {
                case Completed completed -> {
                    return finished(run, completed.response());
                }
                case Unknown unknown -> {
                    return parked(run, unknown.reason());
                }
                case Running ignored -> {
                    run = new Run<>(
                            lease.id(),
                            type.policy(),
                            parts,
                            StepJournal.of(parts, lease),
                            found.steps(),
                            found.failing());
                    idleAttempts = found.idleAttempts();
                    ending = run(run, type, found.input());
                }
            }
        }
        return conclude(run, ending, idleAttempts);
    }

    /**
     * Finds out where the operation stands, after a commit that may have happened (S29). Renewing the lease waits for whatever
     * transaction still writes to it.
     */
    private Optional<Progressing> lookAgain(Lease lease, StoreException failure) {
        parts.replies().storeFailed(lease.id(), failure, parts.events().now());
        long giveUp = parts.events().now() + parts.commitCheckTimeout().toNanos();
        for (int attempt = 0; parts.events().now() - giveUp < 0; attempt++) {
            try (Transaction<T> transaction = parts.transactions().begin()) {
                Progress none = new Progress(List.of(), new Next.GoOn());
                LeaseStatus ignored = parts.store().write(transaction.handle(), lease, none);
                transaction.commit();
                return held(lease);
            } catch (StoreException e) {
                if (!parts.pauses().pause(attempt)) {
                    break;
                }
            }
        }
        return Optional.empty();
    }

    private Ending run(Run<T> run, Resumable<?, ?, T> type, Body input) {
        Renewals.Beating<T> beating = renewals.start(run);
        try {
            Response response = type.run(input.bytes(), new RunSteps<>(run, StepOptions.DEFAULT));
            return run.complete(response);
        } catch (StopException e) {
            return e.ending();
        } catch (Throwable e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            Ending over = run.ending();
            return over == null ? new Ending.Failed(e) : over;
        } finally {
            boolean ignored = renewals.stop(beating);
        }
    }

    private Carried conclude(Run<T> run, Ending ending, int idle) {
        return switch (ending) {
            case Ending.Finished(Response response) -> finished(run, response);
            case Ending.Suspended(Next until) -> {
                yield new Carried.GoesOn(!release(run, until));
            }
            case Ending.Failed failed -> failed(run, failed, idle);
            case Ending.Stuck(String reason) -> {
                // Code that does not fit has done nothing that was committed.
                run.abandon();
                yield park(run, new Next.Park(reason));
            }
            case Ending.LeaseLost ignored -> {
                run.abandon();
                yield lost(run.id());
            }
            case Ending.Interfered(StoreException failure) -> leaveToOthers(run.id(), failure);
        };
    }

    private Carried failed(Run<T> run, Ending.Failed failed, int idle) {
        Throwable cause = failed.cause();
        String error = "The run failed: " + Failures.text(cause);
        Failures.log(LOG, Level.WARNING, "Cannot go on now with ", run.id(), cause);
        ResumablePolicy policy = run.policy();
        if (!run.hasAdvanced() && idle >= policy.attempts()) {
            String reason = "It was run " + idle + " times and finished no step. " + error;
            return park(run, new Next.Park(reason, failed.step()));
        }
        Pauses backoff = new Pauses(parts.runtime(), policy.firstPause(), policy.longestPause());
        release(run, new Next.Wait(backoff.after(run.hasAdvanced() ? 0 : idle), error, failed.step()));
        return new Carried.GoesOn(true);
    }

    /** Whether that was possible; otherwise the lease runs out, and somebody else goes on from the last commit. */
    private boolean release(Run<T> run, Next next) {
        // A driver may give up a whole connection for an interrupt.
        boolean interrupted = Thread.interrupted();
        try {
            run.release(next);
            return true;
        } catch (StopException e) {
            LOG.log(Level.INFO, run.id() + " is left to its lease: " + e.ending());
            return false;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Carried finished(Run<T> run, Response response) {
        parts.events().tell(() -> new IdempotencyEvent.Executed(run.id(), run.duration(), response.status()));
        return new Carried.Finished(response);
    }

    private Carried parked(Run<T> run, String reason) {
        LOG.log(Level.ERROR, run.id() + " is parked, and an operator has to look: " + reason);
        parts.events().tell(() -> new IdempotencyEvent.OutcomeUnknown(run.id(), run.duration(), reason));
        return new Carried.Parked(reason);
    }

    private Carried lost(OperationId id) {
        parts.events().tell(() -> new IdempotencyEvent.LeaseLost(id, Duration.ZERO));
        return new Carried.GoesOn(false);
    }

    private Carried leaveToOthers(OperationId id, StoreException failure) {
        LOG.log(Level.WARNING, id + " is left to its lease: " + failure.getMessage());
        return new Carried.GoesOn(true);
    }
}
