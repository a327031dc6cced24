package dev.reprise.spring.boot;

import dev.reprise.Answer;
import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.IdempotencyKey;
import dev.reprise.Operation;
import dev.reprise.OperationId;
import dev.reprise.OperationPolicy;
import dev.reprise.Outcome;
import dev.reprise.Rejection;
import dev.reprise.Response;
import dev.reprise.Scope;
import java.lang.reflect.UndeclaredThrowableException;
import java.time.Duration;
import java.util.Arrays;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;

/** A method that is executed once for a key, with all that its annotation says. Thread-safe. */
final class IdempotentCall {
    /** Callers inside of the application are not told apart. */
    private static final String PRINCIPAL = "application";

    private final String name;
    private final CallExpressions expressions;
    private final OperationPolicy policy;
    private final ResultCodec codec;
    private final Class<? extends Throwable>[] noEffectFor;
    private final CallEngine engine;

    IdempotentCall(
            String name,
            CallExpressions expressions,
            OperationPolicy policy,
            ResultCodec codec,
            Class<? extends Throwable>[] noEffectFor,
            CallEngine engine) {
        this.name = name;
        this.expressions = expressions;
        this.policy = policy;
        this.codec = codec;
        this.noEffectFor = noEffectFor;
        this.engine = engine;
    }

    /** Executes the method, or returns what it returned before. */
    @Nullable
    Object execute(MethodInvocation invocation) throws Exception {
        IdempotencyKey key = expressions.key(invocation);
        Operation operation = new Operation(
                new OperationId(new Scope(PRINCIPAL, name), key), expressions.fingerprint(invocation), policy);
        Run run = new Run(invocation);
        return switch (engine.execute(operation, run)) {
            case Answer.Fresh ignored -> run.result;
            case Answer.Replay(Response recorded, Duration ignored) -> {
                if (recorded.body().isOmitted()) {
                    throw new RejectedCallException(
                            name + " with the key " + key, Rejection.ALREADY_HANDLED, Duration.ZERO);
                }
                yield codec.result(recorded);
            }
            case Answer.Reject(Rejection reason, Duration retryAfter) ->
                throw new RejectedCallException(name + " with the key " + key, reason, retryAfter);
        };
    }

    /** One execution of the method, or several where a transaction has to be repeated. */
    private final class Run implements CallEngine.Work {
        private final MethodInvocation invocation;
        private @Nullable Object result;

        private Run(MethodInvocation invocation) {
            this.invocation = invocation;
        }

        @Override
        public Outcome.Answered run() throws Exception {
            try {
                result = CallProxies.again(invocation).proceed();
            } catch (Exception | Error e) {
                throw e;
            } catch (Throwable e) {
                throw new UndeclaredThrowableException(e);
            }
            return codec.answered(result);
        }

        @Override
        public Outcome failed(Throwable thrown) {
            Response response = new Response(500, Headers.EMPTY, Body.EMPTY);
            return Arrays.stream(noEffectFor).anyMatch(type -> type.isInstance(thrown))
                    ? new Outcome.NotExecuted(response)
                    : new Outcome.Uncertain(
                            response, name + " threw " + thrown.getClass().getName());
        }
    }
}
