package dev.reprise.memory;

import dev.reprise.FencingToken;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Running;
import dev.reprise.OperationState.Unknown;
import dev.reprise.OperationType;
import dev.reprise.Owner;
import dev.reprise.spi.Lease;
import dev.reprise.spi.ResumableStore.Failing;
import dev.reprise.spi.ResumableStore.Kind;
import dev.reprise.spi.ResumableStore.Next;
import dev.reprise.spi.ResumableStore.Opening;
import dev.reprise.spi.ResumableStore.Progress;
import dev.reprise.spi.ResumableStore.Progressing;
import dev.reprise.spi.ResumableStore.Recorded;
import dev.reprise.spi.ResumableStore.Step;
import dev.reprise.spi.StoreException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An operation in a {@link MemoryDatabase}, and how it changes. Immutable.
 *
 * @param record as anybody sees it
 * @param progress what else there is if it is carried through in steps, null otherwise
 */
record MemoryRow(OperationRecord record, @Nullable Progressing progress) {
    static MemoryRow opened(Opening opening, OperationRecord record, List<Step> steps, Instant now) {
        List<Recorded> recorded =
                steps.stream().map(step -> new Recorded(step, now)).toList();
        return of(new Progressing(
                record, opening.type(), opening.input(), recorded, steps.isEmpty() ? 1 : 0, Instant.MIN, "", null));
    }

    private static MemoryRow of(Progressing progress) {
        return new MemoryRow(progress.record(), progress);
    }

    /** What it is after a write of its owner; null if that is not its owner any more. */
    @Nullable
    MemoryRow written(Lease lease, Progress written, Instant now) {
        Progressing before = progress;
        if (before == null
                || !(record.state() instanceof Running running)
                || !record.token().equals(lease.token())) {
            return null;
        }
        List<Recorded> steps = added(before.steps(), written.steps(), now);
        int idle = written.advances() ? 0 : before.idleAttempts();
        Running renewed = new Running(running.owner(), now.plus(lease.length()));
        return of(
                switch (written.next()) {
                    case Next.GoOn ignored ->
                        with(before, record.with(renewed), steps, idle, Instant.MIN, before.lastError());
                    case Next.Wait(var atLeast, String error, String step) ->
                        failed(step, with(before, until(now.plus(atLeast)), steps, idle, now.plus(atLeast), error));
                    case Next.AwaitAnswer(String awaited) -> {
                        Instant wake = isFinished(steps, awaited) ? now : Instant.MAX;
                        yield with(before, until(wake), steps, idle, wake, before.lastError());
                    }
                    case Next.Complete(var response, var retention) ->
                        with(
                                before,
                                record.with(new Completed(response, now, now.plus(retention))),
                                steps,
                                idle,
                                Instant.MIN,
                                before.lastError());
                    case Next.Park(String reason, String step) ->
                        failed(
                                step,
                                with(
                                        before,
                                        record.with(new Unknown(
                                                reason, now, record.state().owner())),
                                        steps,
                                        idle,
                                        Instant.MIN,
                                        reason));
                });
    }

    private static boolean isFinished(List<Recorded> steps, String name) {
        return steps.stream()
                .anyMatch(one -> one.step().name().equals(name) && one.step().result() != null);
    }

    /** Who waits has a lease that ends when the wait is over, so that it is in progress for everybody else. */
    private OperationRecord until(Instant leaseEnd) {
        return record.state() instanceof Running running ? record.with(new Running(running.owner(), leaseEnd)) : record;
    }

    private static Progressing with(
            Progressing before,
            OperationRecord record,
            List<Recorded> steps,
            int idle,
            Instant notBefore,
            String lastError) {
        return new Progressing(
                record, before.type(), before.input(), steps, idle, notBefore, lastError, before.failing());
    }

    private static Progressing failed(String step, Progressing row) {
        if (step.isEmpty()) {
            return row;
        }
        Failing before = row.failing();
        Failing now = new Failing(step, before != null && before.step().equals(step) ? before.runs() + 1 : 1);
        return new Progressing(
                row.record(),
                row.type(),
                row.input(),
                row.steps(),
                row.idleAttempts(),
                row.notBefore(),
                row.lastError(),
                now);
    }

    private static List<Recorded> added(List<Recorded> before, List<Step> added, Instant now) {
        List<Recorded> steps = new ArrayList<>(before);
        for (Step step : added) {
            boolean ends = step.kind() == Kind.ONCE && step.result() != null;
            boolean there = ends
                    ? steps.removeIf(one -> one.step().name().equals(step.name()))
                    : steps.stream().anyMatch(one -> one.step().name().equals(step.name()));
            if (there && !ends) {
                throw new StoreException("Step '" + step.name() + "' is there already", null);
            }
            steps.add(new Recorded(step, now));
        }
        return steps;
    }

    /** Whether nobody is at work on it, and what it waits for is over. */
    boolean isDue(OperationType type, Instant now) {
        return progress != null
                && progress.type().equals(type)
                && record.abandonedAt(now)
                && !progress.notBefore().isAfter(now);
    }

    /** Since when it has been due, if it is: who waits has a lease that ends with the waiting. */
    Instant dueSince() {
        return record.state() instanceof Running running ? running.leaseEnd() : Instant.MAX;
    }

    /** Whether somebody is at work on it, who waits for nothing. */
    boolean isAtWork(Instant now) {
        return progress != null
                && !progress.notBefore().isAfter(now)
                && record.state() instanceof Running
                && !record.abandonedAt(now);
    }

    /** This operation under a new owner. */
    MemoryRow takenOver(OperationRecord owned) {
        Progressing before = progress();
        return before == null
                ? this
                : of(with(
                        before,
                        owned,
                        before.steps(),
                        before.idleAttempts() + 1,
                        before.notBefore(),
                        before.lastError()));
    }

    /** This operation with the answer to a step, which was not there. */
    MemoryRow answered(Step answer, Instant now) {
        Progressing before = progress();
        if (before == null) {
            return this;
        }
        List<Recorded> steps = new ArrayList<>(before.steps());
        steps.removeIf(one -> one.step().name().equals(answer.name()));
        steps.add(new Recorded(answer, now));
        return before.notBefore().equals(Instant.MAX)
                ? of(with(before, until(now), steps, 0, now, before.lastError()))
                : of(with(before, record, steps, 0, before.notBefore(), before.lastError()));
    }

    /** This operation, to be gone on with now. */
    MemoryRow resumed(Instant now) {
        Progressing before = progress();
        if (before == null || record.state() instanceof Completed) {
            return this;
        }
        boolean waits = before.notBefore().isAfter(now);
        OperationRecord running = record.state() instanceof Running
                ? waits ? until(now) : record
                : record.with(new Running(new Owner("operator", 0), now));
        return of(with(before, running, before.steps(), 0, now, before.lastError()));
    }

    /** This operation without its steps from the given one on, to be gone on with now under another token. */
    MemoryRow retried(String from, FencingToken token, Instant now) {
        Progressing before = progress();
        if (before == null) {
            return this;
        }
        List<Recorded> kept = before.steps().stream()
                .takeWhile(one -> !one.step().name().equals(from))
                .toList();
        OperationRecord running = under(token, new Running(new Owner("operator", 0), now));
        return of(with(before, running, kept, 0, now, before.lastError()));
    }

    /** This operation, ended by somebody else than its owner. */
    MemoryRow resolved(FencingToken token, Completed completed) {
        Progressing before = progress();
        return before == null
                ? this
                : of(with(before, under(token, completed), before.steps(), 0, Instant.MIN, before.lastError()));
    }

    private OperationRecord under(FencingToken token, OperationState state) {
        return new OperationRecord(
                record.id(), record.fingerprint(), token, record.attempt(), record.createdAt(), state);
    }
}
