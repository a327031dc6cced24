package dev.reprise.testkit.simulation;

import dev.reprise.FencingToken;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Running;
import dev.reprise.OperationState.Unknown;
import dev.reprise.OperationType;
import dev.reprise.memory.MemoryDatabase;
import dev.reprise.spi.Lease;
import dev.reprise.spi.ResumableStore.Kind;
import dev.reprise.spi.ResumableStore.Progressing;
import dev.reprise.spi.ResumableStore.Recorded;
import dev.reprise.spi.ResumableStore.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sees every change of an operation that is carried through in steps, and judges it by P1 to P10, S27 and S28. It knows
 * nothing of how an engine keeps them.
 */
final class StepsOracle {
    /** Who changes something. */
    enum Change {
        INSERT,
        WRITE,
        TAKE_OVER,
        OPERATOR,
        PURGE
    }

    private static final String MISFIT = "The code does not fit";

    private final World world;
    private final MemoryDatabase memory;
    private final Map<OperationId, StepsHistory> histories = new LinkedHashMap<>();
    private boolean paused;
    private boolean calm;

    StepsOracle(World world, MemoryDatabase memory) {
        this.world = world;
        this.memory = memory;
        world.plan()
                .requests()
                .forEach(request -> history(OperationNames.id(request.principal(), request.operation())));
    }

    StepsHistory history(OperationId id) {
        return histories.computeIfAbsent(id, ignored -> new StepsHistory());
    }

    private void violated(OperationId id, String what) {
        world.oracle().violated(OperationNames.of(id) + ": " + what);
    }

    /** From now on no step gives trouble, and no code takes its time. */
    void calm() {
        calm = true;
    }

    /** What a step does that is run now. */
    Behaviour behaviour(OperationId id, PlannedStep step) {
        int execution = history(id).execution(step.name());
        return calm ? Behaviour.ANSWERS : step.behaviour(execution);
    }

    /** How long the code takes its time after a step. */
    Duration thinks(PlannedStep step) {
        return calm || step.kind() == PlannedStep.Kind.SLEEP ? Duration.ZERO : step.length();
    }

    void pauses(boolean pause) {
        paused = pause;
    }

    /** Somebody is given an operation to go on with, unless its transaction fails. */
    void takesOver(OperationId id, OperationType type) {
        Progressing row = history(id).row();
        Instant now = world.clock().instant();
        if (row == null) {
            violated(id, "taken over, and it is not there");
            return;
        }
        if (!row.type().equals(type)) {
            violated(id, "taken over as " + type + ", and it is " + row.type());
        }
        if (paused) {
            violated(id, "taken over although its type is paused");
        }
        if (!row.record().abandonedAt(now)) {
            violated(id, "taken over although its lease lasts");
        }
        FencingToken token = row.record().token();
        Duration elapsed = world.clock().elapsed();
        if (world.oracle().isQuiet() && history(id).runs().stream().anyMatch(run -> run.isRenewed(token, elapsed))) {
            violated(id, "taken over although its owner lives and nothing went wrong");
        }
        if (row.notBefore().isAfter(now)) {
            violated(id, "taken over before what it waits for is there");
        }
    }

    /** A process gets to know that it holds an operation. */
    void holds(Lease lease, SimulatedProcess process) {
        history(lease.id()).isHeld(process, lease.token());
    }

    /** A transaction takes effect. */
    void commits(StepsSession session, Runnable commit) {
        boolean ignored = changes(session.change(), session.token(), session.process(), () -> {
            commit.run();
            return true;
        });
        session.effects().forEach(this::happens);
    }

    /** Something takes effect at once. */
    <R> R changes(Change change, SimulatedProcess process, Supplier<R> action) {
        return changes(change, null, process, action);
    }

    private <R> R changes(Change change, @Nullable FencingToken token, SimulatedProcess process, Supplier<R> action) {
        R result = action.get();
        Instant now = world.clock().instant();
        histories.forEach((id, history) -> {
            Progressing before = history.rowAt(now);
            Progressing after = memory.find(id).orElse(null);
            if (after == null && before != null) {
                violated(id, "was deleted");
            } else if (after != null && !after.equals(history.row())) {
                judge(id, history, change, token, before, after);
                world.trace().say(() -> OperationNames.of(id) + " is " + describe(after) + " by " + process);
            }
        });
        return result;
    }

    private static String describe(Progressing row) {
        List<String> steps = row.steps().stream().map(one -> one.step().name()).toList();
        return Transitions.describe(row.record()) + " with " + steps;
    }

    private void judge(
            OperationId id,
            StepsHistory history,
            Change change,
            @Nullable FencingToken token,
            @Nullable Progressing before,
            Progressing after) {
        if (before != null && before.record().state() instanceof Completed) {
            violated(id, "a finished record was changed by " + change);
        }
        OperationRecord record = after.record();
        switch (change) {
            case INSERT -> {
                if (before != null) {
                    violated(id, "was inserted over another one");
                }
                history.begins(after);
            }
            case WRITE -> {
                if (before == null
                        || !(before.record().state() instanceof Running)
                        || !before.record().token().equals(token)) {
                    violated(
                            id,
                            "changed under token " + token + ", and was "
                                    + Transitions.describe(before == null ? null : before.record()));
                }
            }
            case TAKE_OVER -> {
                history.changesOwner();
                if (before == null || record.token().compareTo(before.record().token()) <= 0) {
                    violated(id, "taken over under the old token " + record.token());
                }
            }
            case OPERATOR -> history.progresses();
            case PURGE -> violated(id, "changed by a purge");
        }
        if (before != null && change != Change.INSERT) {
            requireKept(id, before, after);
        }
        if (finishedSteps(after) > (change == Change.INSERT || before == null ? 0 : finishedSteps(before))) {
            history.progresses();
        }
        history.becomes(after);
        world.oracle().proceeds(id, before == null ? null : before.record(), record);
        if (record.state() instanceof Completed) {
            requireComplete(id, after);
        }
        if (record.state() instanceof Unknown unknown && unknown.reason().startsWith(MISFIT)) {
            violated(id, "is parked although its code is right: " + unknown.reason());
        }
    }

    private static long finishedSteps(Progressing row) {
        return row.steps().stream().filter(one -> one.step().result() != null).count();
    }

    /** What is finished stays as it is. */
    private void requireKept(OperationId id, Progressing before, Progressing after) {
        for (Recorded recorded : before.steps()) {
            Step step = recorded.step();
            Optional<Step> kept = after.steps().stream()
                    .map(Recorded::step)
                    .filter(one -> one.name().equals(step.name()))
                    .findFirst();
            if (kept.isEmpty() || (step.result() != null && !kept.get().equals(step))) {
                violated(id, "the result of '" + step.name() + "' was lost or changed");
            }
        }
    }

    /** All steps of a finished operation are recorded, and each has happened once. */
    private void requireComplete(OperationId id, Progressing row) {
        int operation = OperationNames.number(id);
        for (PlannedStep planned : world.plan().steps().of(operation, row.type().version())) {
            boolean recorded = row.steps().stream()
                    .map(Recorded::step)
                    .anyMatch(one -> one.name().equals(planned.name()) && one.result() != null);
            if (!recorded) {
                violated(id, "is finished, and '" + planned.name() + "' is not");
            }
        }
    }

    private void happens(StepEffect effect) {
        StepsHistory history = history(effect.id());
        world.trace().say(() -> "EFFECT of '" + effect.step() + "' of " + OperationNames.of(effect.id()));
        if (history.count(effect.step()) > 1) {
            violated(effect.id(), "'" + effect.step() + "' has happened twice");
        }
        Progressing row = history.row();
        boolean recorded = row != null
                && row.steps().stream()
                        .map(Recorded::step)
                        .filter(one -> one.name().equals(effect.step()) && one.kind() == Kind.LOCAL)
                        .map(Step::result)
                        .filter(Objects::nonNull)
                        .anyMatch(result -> StepsHistory.text(result).equals(effect.result()));
        if (!recorded) {
            violated(effect.id(), "the work of '" + effect.step() + "' was committed without its result");
        }
    }

    /** A run begins, from the top of the code. */
    StepsRun begins(OperationId id, int version, SimulatedProcess process) {
        StepsHistory history = history(id);
        Progressing row = memory.find(id).orElse(null);
        if (row != null && row.record().state() instanceof Running && row.type().version() != version) {
            violated(id, row.type() + " is run by the code of version " + version);
        }
        if (row != null && waits(row) && history.isHeldBy(process)) {
            violated(id, "is run before what it waits for is there");
        }
        int most = ResumableGuarantee.POLICY.attempts() + world.settings().nodes();
        if (row != null && history.idle() > most) {
            violated(id, "is run once more, although " + history.idle() + " owners in a row finished no step");
        }
        int epoch = row != null ? history.epoch() : history.epoch() + 1;
        StepsRun run = new StepsRun(
                id, process, history.nextRun(), epoch, world.clock().elapsed());
        if (row != null && history.isHeldBy(process)) {
            run.worksUnder(row.record().token());
        }
        history.runs().add(run);
        world.trace().say(() -> run + " begins on " + process);
        return run;
    }

    /** Whoever waits has a lease that ends with the waiting; nobody else has one like that. */
    private boolean waits(Progressing row) {
        return row.record().state() instanceof Running running
                && running.leaseEnd().equals(row.notBefore())
                && row.notBefore().isAfter(world.clock().instant());
    }

    void ends(StepsRun run) {
        history(run.id()).runs().remove(run);
    }

    /** The code is told what came of a step. */
    void sees(StepsRun run, String step, String result) {
        run.isTold(step);
        String own = run.result(step);
        if (own == null ? !history(run.id()).wasRecorded(step, result) : !own.equals(result)) {
            violated(run.id(), run + " is told that '" + step + "' has brought " + result + ", which was never so");
        }
    }

    /**
     * Something begins outside, so that what was finished before has to be durable (P2, P3).
     *
     * @param before what the code had been told when it asked for that
     */
    void goesOutside(StepsRun run, Set<String> before) {
        for (String step : before) {
            String result = run.result(step);
            if (result != null && !history(run.id()).wasRecorded(step, result)) {
                violated(run.id(), "something begins outside, and what came of '" + step + "' is not recorded");
            }
        }
    }

    /** When all is over: nothing may be in progress any more. */
    void requireSettled() {
        histories.forEach((id, history) -> {
            if (!isSettled(id)) {
                violated(id, "is still in progress, long after the last fault");
            }
        });
    }

    boolean allSettled() {
        return histories.keySet().stream().allMatch(this::isSettled);
    }

    private boolean isSettled(OperationId id) {
        return memory.find(id)
                .filter(row -> row.record().state() instanceof Running)
                .isEmpty();
    }

    /** The steps of an operation that wait, or will, for somebody's answer. */
    List<String> awaited(OperationId id) {
        return world.plan().steps().of(OperationNames.number(id), 2).stream()
                .filter(step -> step.kind() == PlannedStep.Kind.AWAIT)
                .map(PlannedStep::name)
                .toList();
    }

    List<OperationId> operations() {
        return List.copyOf(histories.keySet());
    }
}
