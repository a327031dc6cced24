package dev.reprise.grpc;

import dev.reprise.Decision;
import dev.reprise.Execution;
import dev.reprise.IdempotencyEngine;
import dev.reprise.Operation;
import dev.reprise.TransactionalEngine;
import dev.reprise.TransactionalExecution;
import io.grpc.Context;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * The engine behind the interceptor.
 *
 * @param begin see {@link IdempotencyEngine#begin}
 * @param context what the handler of an execution finds in its context
 * @param onOneThread whether a handler has to answer on the thread that calls it, before it returns
 */
record ServingEngine(
        Function<Operation, Decision> begin, BiFunction<Context, Execution, Context> context, boolean onOneThread) {
    static ServingEngine of(IdempotencyEngine engine) {
        return new ServingEngine(
                engine::begin,
                (context, execution) -> context.withValue(IdempotencyInterceptor.EXECUTION, execution),
                false);
    }

    static <T> ServingEngine of(TransactionalEngine<T> engine, Context.Key<T> transaction) {
        return new ServingEngine(
                engine::begin,
                (context, execution) -> {
                    // The engine begins executions of its own kind only.
                    @SuppressWarnings("unchecked")
                    TransactionalExecution<T> own = (TransactionalExecution<T>) execution;
                    return context.withValues(
                            IdempotencyInterceptor.EXECUTION, execution, transaction, own.transaction());
                },
                true);
    }
}
