package dev.reprise.spring;

import dev.reprise.JoinedExecution;
import org.springframework.transaction.support.TransactionSynchronization;

/** Tells the engine what became of a transaction that somebody else commits. */
final class JoinedEnd implements TransactionSynchronization {
    private final JoinedExecution<?> execution;

    JoinedEnd(JoinedExecution<?> execution) {
        this.execution = execution;
    }

    @Override
    public void afterCompletion(int outcome) {
        switch (outcome) {
            case STATUS_COMMITTED -> execution.committed();
            case STATUS_ROLLED_BACK -> execution.rolledBack();
            default -> execution.unknown();
        }
    }
}
