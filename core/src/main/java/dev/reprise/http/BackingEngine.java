package dev.reprise.http;

import dev.reprise.Decision;
import dev.reprise.IdempotencyEngine;
import dev.reprise.Operation;
import dev.reprise.OperationId;
import dev.reprise.OperationPolicy;
import dev.reprise.OperationRecord;
import dev.reprise.Reconciler;
import dev.reprise.TransactionalEngine;
import dev.reprise.resumable.ResumableEngine;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** The engine behind the HTTP semantics. Implementations are thread-safe. */
sealed interface BackingEngine {
    /** See {@link dev.reprise.IdempotencyEngine#begin}. */
    Decision begin(Operation operation, Preferences preferences);

    /** The same without blocking. Default: a virtual thread begins. */
    default CompletionStage<Decision> beginAsync(Operation operation, Preferences preferences) {
        return CompletableFuture.supplyAsync(() -> begin(operation, preferences), Thread::startVirtualThread);
    }

    /** Whether an operation goes on without its caller, who may ask for the answer later. Default: no. */
    default boolean goesOnByItself() {
        return false;
    }

    /** What became of an operation that goes on by itself. Default: there is none. */
    default Optional<OperationRecord> find(OperationId id) {
        return Optional.empty();
    }

    /** Who is asked about unknown operations whose policy names nobody. Default: nobody is. */
    default Optional<Reconciler> reconciler() {
        return Optional.empty();
    }

    /**
     * Has the reconcilers of policies asked for whoever wants to know now. Default: nobody is.
     *
     * @param policies see {@link IdempotencyEngine#reconciling}
     */
    default Reconciler.OnDemand reconciling(Function<OperationId, Optional<OperationPolicy>> policies) {
        return Reconciler.OnDemand.none();
    }

    /** A handler does the work under a lease while its caller waits. */
    record Leased(IdempotencyEngine engine) implements BackingEngine {
        @Override
        public Optional<Reconciler> reconciler() {
            return engine.reconciler();
        }

        @Override
        public Reconciler.OnDemand reconciling(Function<OperationId, Optional<OperationPolicy>> policies) {
            return engine.reconciling(policies);
        }

        @Override
        public Decision begin(Operation operation, Preferences preferences) {
            return engine.begin(operation);
        }

        @Override
        public CompletionStage<Decision> beginAsync(Operation operation, Preferences preferences) {
            return engine.beginAsync(operation);
        }
    }

    /** A handler does the work in a transaction while its caller waits. */
    record Transactional(TransactionalEngine<?> engine) implements BackingEngine {
        @Override
        public Decision begin(Operation operation, Preferences preferences) {
            return engine.begin(operation);
        }

        /** Blocks: a transaction may belong to the thread that it began on. */
        @Override
        public CompletionStage<Decision> beginAsync(Operation operation, Preferences preferences) {
            return CompletableFuture.completedFuture(begin(operation, preferences));
        }
    }

    /** The work is done step by step. */
    record InSteps(ResumableEngine<?> engine) implements BackingEngine {
        @Override
        public Decision begin(Operation operation, Preferences preferences) {
            if (!preferences.later()) {
                return new Decision.Execute(engine.begin(operation));
            }
            OperationPolicy policy = operation.policy();
            Operation waiting = new Operation(
                    operation.id(),
                    operation.fingerprints(),
                    policy.withMaxWait(preferences.waitAtMost(policy.maxWait())));
            return new Decision.Execute(engine.beginInBackground(waiting));
        }

        @Override
        public boolean goesOnByItself() {
            return true;
        }

        @Override
        public Optional<OperationRecord> find(OperationId id) {
            return engine.record(id);
        }
    }
}
