package dev.reprise.testkit.simulation;

import dev.reprise.Answer;
import dev.reprise.Execution;
import dev.reprise.IdempotencyEngine;
import dev.reprise.Operation;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.Outcome;
import dev.reprise.Reconciler.Finding;
import dev.reprise.spi.EngineRuntime.Latch;
import dev.reprise.spi.OperationStore;
import dev.reprise.spi.StoreException;
import dev.reprise.testkit.simulation.RequestRun.HandlerException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;

/** Engines of the leased guarantee on one store. */
final class LeasedGuarantee implements Guarantee {
    private final World world;
    private final SharedStore shared;
    private final Operators operators;
    private final boolean async;
    private final Set<Oracle.Hold> underInvestigation = new HashSet<>();

    /** @param async whether the store tells when it is done, and the engines are asked to do the same */
    LeasedGuarantee(World world, OperationStore store, boolean async) {
        this.world = world;
        this.shared = new SharedStore(store, world);
        this.operators = new Operators(shared);
        this.async = async;
    }

    @Override
    public Engine start(int node, String name, SimulatedRuntime runtime) {
        IdempotencyEngine.Builder builder = IdempotencyEngine.over(
                        async
                                ? new AsyncStoreLink(shared, runtime.process())
                                : new StoreLink(shared, runtime.process(), false))
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
                return async
                        ? await(engine.executeAsync(
                                operation, execution -> handleAsync(execution, attempt, runtime.process())))
                        : engine.execute(operation, execution -> handle(execution, attempt));
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

    private Outcome handle(Execution execution, RequestRun attempt) {
        return attempt.handle(execution.token(), world.oracle()::happens);
    }

    /** The handler runs on a thread of its own, which dies with the process. */
    private CompletionStage<Outcome> handleAsync(Execution execution, RequestRun attempt, SimulatedProcess process) {
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        world.scheduler().start(process, process + " handler for caller", () -> {
            Outcome handled;
            try {
                handled = handle(execution, attempt);
            } catch (HandlerException | SimulatedError e) {
                outcome.completeExceptionally(e);
                return;
            }
            outcome.complete(handled);
        });
        return outcome;
    }

    private <T> T await(CompletionStage<T> stage) {
        Latch told = world.scheduler().latch();
        CompletableFuture<T> result = stage.toCompletableFuture();
        CompletableFuture<T> unused = result.whenComplete((value, failure) -> told.open());
        try {
            while (!told.await(RunRules.LEASE)) {
                // However long it takes.
            }
            return result.join();
        } catch (InterruptedException e) {
            throw new StoreException("The caller does not wait any more", e);
        } catch (CompletionException e) {
            switch (e.getCause()) {
                case SimulatedError error -> throw error;
                case HandlerException thrown -> throw thrown;
                case NullPointerException none -> throw none;
                case RejectedExecutionException closing -> throw new StoreException("The engine is closing", closing);
                case null, default -> throw e;
            }
        }
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
