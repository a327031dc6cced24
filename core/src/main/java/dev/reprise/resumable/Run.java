package dev.reprise.resumable;

import dev.reprise.Body;
import dev.reprise.OperationId;
import dev.reprise.Response;
import dev.reprise.internal.Failures;
import dev.reprise.spi.Lease;
import dev.reprise.spi.ResumableStore.Failing;
import dev.reprise.spi.ResumableStore.Kind;
import dev.reprise.spi.ResumableStore.Next;
import dev.reprise.spi.ResumableStore.Recorded;
import dev.reprise.spi.ResumableStore.Step;
import dev.reprise.spi.StoreException;
import dev.reprise.spi.TransactionalStore.Failure;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One run of an operation from its top: which steps are recorded, which were asked for, and whether it may go on. What is
 * done outside of transactions is done outside of the lock, everything else under it. Thread-safe.
 *
 * @param <T> the handle of a transaction
 */
final class Run<T> {
    private static final int SERVER_ERROR = 500;

    private final RunLock lock;
    private final long startedNanos;
    private final OperationId id;
    private final ResumablePolicy policy;
    private final ResumableParts<T> parts;
    private final StepJournal<T> journal;
    private final CallLimits limits = new CallLimits();
    private final StepHistory history;
    private final @Nullable Failing failing;
    private volatile boolean inTransaction;
    private int outside;
    private volatile long workSinceNanos;
    private volatile boolean holdsWork;
    private @Nullable Step suspending;
    private @Nullable Response answer;
    private final AtomicReference<@Nullable Ending> ending = new AtomicReference<>();

    Run(
            OperationId id,
            ResumablePolicy policy,
            ResumableParts<T> parts,
            StepJournal<T> journal,
            List<Recorded> recorded,
            @Nullable Failing failing) {
        this.lock = new RunLock(parts.runtime());
        this.startedNanos = parts.events().now();
        this.id = id;
        this.policy = policy;
        this.parts = parts;
        this.journal = journal;
        this.history = new StepHistory(recorded, policy.mostSteps());
        this.failing = failing;
    }

    OperationId id() {
        return id;
    }

    ResumablePolicy policy() {
        return policy;
    }

    /** The calls that are being made. */
    CallLimits limits() {
        return limits;
    }

    ResumableParts<T> parts() {
        return parts;
    }

    @Nullable
    Lease lease() {
        return journal.lease();
    }

    Duration duration() {
        return parts.events().since(startedNanos);
    }

    /** Whether a step that was finished in this run is durable. */
    boolean hasAdvanced() {
        lock.lock();
        try {
            return journal.hasAdvanced();
        } finally {
            lock.unlock();
        }
    }

    /** What the handler returned; null before. */
    @Nullable
    Response answer() {
        return answer;
    }

    /** A step as it is recorded now. */
    Step step(String name, Kind kind, @Nullable Body result) {
        return new Step(name, kind, result, failing != null && failing.step().equals(name) ? failing.runs() + 1 : 1);
    }

    String childKey(String step) {
        return ChildKeys.of(id, step);
    }

    /** Something that is done in a step. */
    @FunctionalInterface
    interface Task<R> {
        R run() throws Exception;
    }

    /** Does something under the lock, and ends the run if it fails. */
    <R> R exclusively(Task<R> task) {
        return exclusively("", task);
    }

    /** The same in a step. */
    <R> R exclusively(String step, Task<R> task) {
        lock.lock();
        try {
            return task.run();
        } catch (Throwable e) {
            throw stop(meaning(e, step));
        } finally {
            holdsWork = journal.holdsWork();
            lock.unlock();
        }
    }

    /** Does something in a step, outside of the lock and of any transaction, and ends the run if it fails. */
    <R> R outside(String step, Task<R> task) {
        try {
            return task.run();
        } catch (Throwable e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            throw stop(meaning(e, step));
        } finally {
            exclusively(() -> --outside);
        }
    }

    private static Ending meaning(Throwable thrown, String step) {
        return thrown instanceof StopException known ? known.ending() : new Ending.Failed(thrown, step);
    }

    /** Ends the run, at its next step if it is in one; the first reason counts. From any thread, without waiting for a step. */
    StopException stop(Ending reason) {
        Ending before = ending.compareAndExchange(null, reason);
        return new StopException(before == null ? reason : before);
    }

    /** What the run came to, if it is over already. */
    @Nullable
    Ending ending() {
        return ending.get();
    }

    /**
     * The step of that name as it was recorded, or null. Under the lock.
     *
     * @throws StopException if it must not be asked for, or the run is over
     */
    @Nullable
    Step ask(String name, Kind kind) {
        Ending over = ending.get();
        if (over != null) {
            throw new StopException(over);
        }
        if (inTransaction) {
            throw stuck("step '" + name + "' begins inside of a local step", "take it out");
        }
        try {
            return history.ask(name, kind);
        } catch (StopException e) {
            throw stop(e.ending());
        }
    }

    /** Under the lock. */
    private StopException stuck(String what, String cure) {
        return stop(StepHistory.stuck(what, cure));
    }

    /** What the recorded result of a finished step stands for. */
    <R> R decode(Step step, Codec<R> codec) {
        try {
            return StepHistory.decode(step, codec);
        } catch (StopException e) {
            throw stop(e.ending());
        }
    }

    /** The result of a step as it is recorded, checked before it is written. */
    <R> Body encode(String name, R result, Codec<R> codec) {
        byte[] bytes;
        try {
            bytes = codec.encode(result);
        } catch (RuntimeException e) {
            throw stuck(
                    "the result of step '" + name + "' cannot be encoded: " + Failures.unquoted(e),
                    "return what its codec knows");
        }
        if (bytes.length > policy.mostBytes()) {
            throw stuck(
                    "the result of step '" + name + "' has " + bytes.length + " bytes, and may have "
                            + policy.mostBytes(),
                    "keep large things elsewhere and return where, or raise mostBytes");
        }
        return Body.of(bytes);
    }

    /** Does the work of a step in a transaction. Under the lock. */
    <R> R inTransaction(String step, Steps.Work<T, R> work) {
        T transaction = journal.begin();
        inTransaction = true;
        try {
            return work.in(transaction);
        } catch (Throwable e) {
            journal.rollBack();
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            throw stop(
                    parts.records().diagnose(e) == Failure.RETRY
                            ? new Ending.Interfered(new StoreException("A local step failed: " + Failures.text(e), e))
                            : new Ending.Failed(e, step));
        } finally {
            inTransaction = false;
        }
    }

    /** A step is finished. Under the lock. */
    void finished(Step step) {
        journal.add(step);
        workSinceNanos = parts.runtime().nanoTime();
        if (outside > 0 && journal.holdsWork()) {
            // Another branch may be away for long.
            journal.flush(new Next.GoOn());
        }
    }

    /** Makes everything durable before something is done outside. Under the lock. */
    void goOutside() {
        journal.settle();
        outside++;
    }

    /** Writes the beginning or the end of a step at once. Under the lock. */
    void writeNow(Step step) {
        journal.add(step);
        journal.flush(new Next.GoOn());
    }

    /**
     * Ends the run until something has come about. Under the lock.
     *
     * @param step recorded together with that, and not before; null if it is recorded
     */
    StopException suspend(@Nullable Step step, Next until) {
        Ending suspended = new Ending.Suspended(until);
        StopException stopped = stop(suspended);
        if (stopped.ending().equals(suspended)) {
            // Another branch may have failed meanwhile, and then a sleep has not begun.
            suspending = step;
        }
        return stopped;
    }

    /** Whether a transaction seems to have been open for longer than that, with nothing to do. */
    boolean mayCommitIdle(Duration longest) {
        return holdsWork && !inTransaction && parts.runtime().nanoTime() - workSinceNanos > longest.toNanos();
    }

    /** Commits what is finished, unless something is being done. */
    void commitIdle() {
        if (lock.tryLock()) {
            try {
                if (journal.holdsWork()) {
                    journal.flush(new Next.GoOn());
                }
            } catch (Throwable e) {
                // The run is told at its next step; what was rolled back here must not count as finished.
                stop(meaning(e, ""));
            } finally {
                holdsWork = journal.holdsWork();
                lock.unlock();
            }
        }
    }

    /** The end by what the handler returned: {@link Ending.Finished} if that is the end of the operation, too. */
    Ending complete(Response response) {
        return exclusively(() -> {
            answer = response;
            Ending over = ending.get();
            if (over != null) {
                return over;
            }
            if (response.status() >= SERVER_ERROR) {
                return new Ending.Failed(new IllegalStateException("It answered " + response.status()));
            }
            Optional<Ending.Stuck> unasked = history.unasked();
            if (unasked.isPresent()) {
                return stop(unasked.get()).ending();
            }
            journal.flush(new Next.Complete(response, policy.retention()));
            return new Ending.Finished(response);
        });
    }

    /** Gives the operation up to whoever comes next, with what was finished. */
    void release(Next next) {
        exclusively(() -> {
            if (suspending != null) {
                journal.add(suspending);
            }
            journal.flush(next);
            return true;
        });
    }

    /** Leaves everything as it was at the last commit. */
    void abandon() {
        lock.lock();
        try {
            journal.rollBack();
        } finally {
            lock.unlock();
        }
    }
}
