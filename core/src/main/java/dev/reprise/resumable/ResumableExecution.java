package dev.reprise.resumable;

import dev.reprise.Answer;
import dev.reprise.Execution;
import dev.reprise.Operation;
import dev.reprise.OperationId;
import dev.reprise.Outcome;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A request for an operation of several steps, whose handler makes the input out of the request, and {@linkplain #run runs} it.
 * The caller gets what the operation answered, whatever else the handler answers (P11).
 *
 * <p>Nothing is held before it runs. A handler that answers without running it, because the request is not valid, leaves
 * nothing behind, and the key is free. Thread-safe; run once and finished once.
 */
public final class ResumableExecution implements Execution {
    private final ResumableEngine<?> engine;
    private final Operation operation;
    private final boolean inBackground;
    private final AtomicBoolean ran = new AtomicBoolean();
    private final AtomicBoolean finished = new AtomicBoolean();
    private volatile @Nullable Answer answer;

    ResumableExecution(ResumableEngine<?> engine, Operation operation, boolean inBackground) {
        this.engine = engine;
        this.operation = operation;
        this.inBackground = inBackground;
    }

    /**
     * Runs the operation, as {@link ResumableEngine#run(Operation, Resumable, Object)} does; or starts it, if the caller does
     * not want to wait for its end.
     *
     * @throws IllegalStateException if it ran before
     */
    public <I> void run(Resumable<I, ?, ?> type, I input) {
        if (!ran.compareAndSet(false, true)) {
            throw new IllegalStateException("A request runs one operation, and " + id() + " ran already");
        }
        answer = inBackground
                ? engine.start(operation, type, input).orElseGet(() -> engine.await(operation, type))
                : engine.run(operation, type, input);
    }

    @Override
    public OperationId id() {
        return operation.id();
    }

    /** Always true: what is recorded is gone on with, and what is not was rolled back (P10). */
    @Override
    public boolean safeToRepeat() {
        return true;
    }

    /** Returns the operation's answer; or the handler's own, if it ran nothing, which is recorded nowhere. */
    @Override
    public Answer finish(Outcome outcome) {
        if (!finished.compareAndSet(false, true)) {
            throw new IllegalStateException("The request for " + id() + " is finished already");
        }
        Answer given = answer;
        return given != null ? given : new Answer.Fresh(outcome.response(), Duration.ZERO);
    }
}
