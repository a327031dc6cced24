package dev.reprise.spring.boot;

import dev.reprise.OperationId;
import java.util.function.Consumer;

/**
 * Where else than in the log it is written down what operators do by Actuator to operations of one handler. What they do to operations
 * with steps is in the database of those. Thread-safe; calls block.
 */
interface OperatorAudit {
    /** Nowhere else. */
    OperatorAudit LOG_ALONE = (action, id, who, before) -> outcome -> {};

    /**
     * Writes down what is about to be done.
     *
     * @param before how the operation stands
     * @return what is told what came of it, in a word
     * @throws dev.reprise.IdempotencyException if it cannot be written down; then nothing is to be done
     */
    Consumer<String> begin(String action, OperationId id, Operator who, String before);
}
