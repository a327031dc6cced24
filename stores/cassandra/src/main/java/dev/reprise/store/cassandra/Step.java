package dev.reprise.store.cassandra;

import com.datastax.oss.driver.api.core.cql.BoundStatement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * What a call does next, once it knows what is there.
 *
 * @param <R> what the caller gets
 */
sealed interface Step<R> {
    /**
     * It is done.
     *
     * @param result what comes of it, which may take another read
     */
    record Done<R>(CompletionStage<R> result) implements Step<R> {}

    /**
     * It writes on a condition.
     *
     * @param attempt made when it is its turn
     */
    record Write<R>(Supplier<Attempt<R>> attempt) implements Step<R> {}

    /**
     * A conditional write.
     *
     * @param statement which says on what condition
     * @param result what comes of the call if the condition held
     * @param alongside what is written beside it, and waited for a little
     * @param missed what is done if the condition did not hold
     */
    record Attempt<R>(BoundStatement statement, R result, CompletionStage<?> alongside, Runnable missed) {}

    static <R> Step<R> done(R result) {
        return new Done<>(CompletableFuture.completedFuture(result));
    }

    /** A write that has nothing beside it. */
    static <R> Step<R> write(Supplier<BoundStatement> statement, R result) {
        return new Write<>(
                () -> new Attempt<>(statement.get(), result, CompletableFuture.completedFuture(true), () -> {}));
    }
}
