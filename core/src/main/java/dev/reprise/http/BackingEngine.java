package dev.reprise.http;

import dev.reprise.Decision;
import dev.reprise.Operation;
import dev.reprise.OperationId;
import dev.reprise.OperationPolicy;
import dev.reprise.OperationRecord;
import dev.reprise.resumable.ResumableEngine;
import java.util.Optional;
import java.util.function.Function;

/** The engine behind the HTTP semantics. Implementations are thread-safe. */
sealed interface BackingEngine {
    /** See {@link dev.reprise.IdempotencyEngine#begin}. */
    Decision begin(Operation operation, Preferences preferences);

    /** Whether an operation goes on without its caller, who may ask for the answer later. */
    boolean goesOnByItself();

    /** What became of an operation that goes on by itself. */
    Optional<OperationRecord> find(OperationId id);

    /** A handler does all the work while its caller waits. */
    record OneHandler(Function<Operation, Decision> engine) implements BackingEngine {
        @Override
        public Decision begin(Operation operation, Preferences preferences) {
            return engine.apply(operation);
        }

        @Override
        public boolean goesOnByItself() {
            return false;
        }

        @Override
        public Optional<OperationRecord> find(OperationId id) {
            return Optional.empty();
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
