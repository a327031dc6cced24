package dev.reprise.spring.boot;

import dev.reprise.Answer;
import dev.reprise.Decision;
import dev.reprise.Execution;
import dev.reprise.IdempotencyEngine;
import dev.reprise.Operation;
import dev.reprise.Outcome;
import dev.reprise.TransactionalEngine;
import dev.reprise.spring.SpringTransactions;
import java.sql.Connection;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Executes methods by one of the guarantees. Implementations are thread-safe. */
sealed interface CallEngine {
    /** Executes the operation if this caller may; whatever the work throws goes on to the caller. */
    Answer execute(Operation operation, Work work) throws Exception;

    /** What is executed. */
    interface Work {
        /** Does it; again after a transaction that has to be repeated. */
        Outcome.Answered run() throws Exception;

        /** What is known about the effect of work that threw (S15). */
        Outcome failed(Throwable thrown);
    }

    /**
     * Under a lease.
     *
     * @param inTransaction whether the caller has a transaction open
     */
    record Leased(IdempotencyEngine engine, BooleanSupplier inTransaction) implements CallEngine {
        @Override
        public Answer execute(Operation operation, Work work) throws Exception {
            if (inTransaction.getAsBoolean()) {
                // The record would be durable although the caller may still roll the work back.
                throw new IllegalStateException(operation.id()
                        + " has the leased guarantee and was called within a transaction, so nothing was executed. Call it outside of "
                        + "transactions, or choose the transactional guarantee");
            }
            return switch (engine.begin(operation)) {
                case Decision.Execute(Execution execution) -> {
                    Outcome outcome;
                    try {
                        outcome = work.run();
                    } catch (Throwable e) {
                        execution.finish(work.failed(e));
                        throw e;
                    }
                    yield execution.finish(outcome);
                }
                case Answer answer -> answer;
            };
        }
    }

    /**
     * In a transaction of its own, or in that of the caller.
     *
     * @param transactions asked for where a caller has one
     */
    record InTransaction(TransactionalEngine<Connection> engine, Supplier<SpringTransactions> transactions)
            implements CallEngine {
        @Override
        public Answer execute(Operation operation, Work work) throws Exception {
            return TransactionSynchronizationManager.isActualTransactionActive()
                    ? transactions.get().join(engine, operation, work::run)
                    : engine.execute(operation, execution -> work.run());
        }
    }
}
