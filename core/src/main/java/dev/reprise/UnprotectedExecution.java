package dev.reprise;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An execution without a record, because the store does not answer and the policy lets it go on all the same (S22). It is
 * the only one of its operation in this process.
 */
final class UnprotectedExecution implements Execution {
    private final OperationId id;
    private final Unprotected all;
    private final AtomicBoolean finished = new AtomicBoolean();

    /** @param all already knows that the handler begins */
    UnprotectedExecution(OperationId id, Unprotected all) {
        this.id = id;
        this.all = all;
    }

    @Override
    public OperationId id() {
        return id;
    }

    @Override
    public Answer finish(Outcome outcome) {
        if (!finished.compareAndSet(false, true)) {
            throw new IllegalStateException("The execution of " + id + " is finished already");
        }
        all.ends(id);
        return new Answer.Fresh(outcome.response(), Duration.ZERO);
    }

    /** There is nothing to wait for. */
    @Override
    public CompletionStage<Answer> finishAsync(Outcome outcome) {
        return CompletableFuture.completedFuture(finish(outcome));
    }
}
