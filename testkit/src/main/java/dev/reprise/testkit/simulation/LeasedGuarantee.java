package dev.reprise.testkit.simulation;

import dev.reprise.Answer;
import dev.reprise.IdempotencyEngine;
import dev.reprise.Operation;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.Reconciler.Finding;
import dev.reprise.spi.OperationStore;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Engines of the leased guarantee on one store. */
final class LeasedGuarantee implements Guarantee {
    private final World world;
    private final SharedStore shared;
    private final Operators operators;
    private final Set<Oracle.Hold> underInvestigation = new HashSet<>();

    LeasedGuarantee(World world, OperationStore store) {
        this.world = world;
        this.shared = new SharedStore(store, world);
        this.operators = new Operators(shared);
    }

    @Override
    public Engine start(int node, String name, SimulatedRuntime runtime) {
        IdempotencyEngine.Builder builder = IdempotencyEngine.over(new StoreLink(shared, runtime.process(), false))
                .runtime(runtime)
                .node(name)
                .reaper(Duration.ofSeconds(1), 10);
        if (world.settings().reconciles()) {
            builder.reconciler(this::reconcile);
        }
        IdempotencyEngine engine = builder.build();
        return new Engine() {
            @Override
            public Answer execute(Operation operation, RequestRun attempt) {
                return engine.execute(
                        operation, execution -> attempt.handle(execution.token(), world.oracle()::happens));
            }

            @Override
            public List<String> problems() {
                return engine.problems();
            }

            @Override
            public void close() {
                engine.close();
            }
        };
    }

    /** It says what is true, as far as anybody could know it, and takes its time. */
    private Finding reconcile(OperationRecord record, Duration unknownFor) throws InterruptedException {
        Oracle oracle = world.oracle();
        Oracle.Hold question = new Oracle.Hold(record.id(), record.token());
        if (!underInvestigation.add(question)) {
            oracle.violated(OperationNames.of(record.id()) + " is looked into by two at once");
        }
        world.scheduler().sleep(RunRules.LEASE);
        underInvestigation.remove(question);
        OperationHistory history = oracle.history(record.id());
        List<LedgerEntry> effects = history.effectsOf(history.epochOf(record.token())).stream()
                .filter(effect -> OperationNames.fingerprints(effect.payload()).matches(record.fingerprint()))
                .toList();
        if (!effects.isEmpty()) {
            return new Finding.Happened(effects.getFirst().response());
        }
        return oracle.mayStillHappen(record) ? new Finding.NotKnown("it may still happen") : new Finding.DidNotHappen();
    }

    @Override
    public void operate(OperationId id, Disturbance.Operator.Action action) {
        operators.act(id, action);
    }

    /** Whoever was asking is gone; that somebody else asks again when its turn is over is right. */
    @Override
    public void died(SimulatedProcess process) {
        underInvestigation.clear();
    }

    @Override
    public void awaitSettled() throws InterruptedException {
        world.scheduler().sleep(world.settings().settling());
    }

    @Override
    public boolean mayBeInProgress(boolean askedBefore) {
        return !askedBefore && world.settings().reconciles();
    }

    @Override
    public void requireSettled(List<SimulatedProcess> living) {
        world.oracle().settled(shared.store());
    }

    @Override
    public void close() {
        shared.store().close();
    }
}
