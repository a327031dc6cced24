package dev.reprise.grpc;

import dev.reprise.Execution;
import dev.reprise.IdempotencyEngine;
import dev.reprise.OperationId;
import dev.reprise.Scope;
import dev.reprise.TransactionalEngine;
import dev.reprise.http.HttpNames;
import dev.reprise.http.ProblemType;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * Makes unary methods of a gRPC server safe to retry. The key of a call is in its metadata, under {@code idempotency-key}.
 *
 * <p>Put it behind the interceptors that authenticate (S13): with {@code ServerInterceptors.intercept} and {@code
 * ServerBuilder.intercept}, what is given later is called earlier. Calls of other methods, and calls without a key where none is
 * required, pass through untouched.
 *
 * <p>The handler of a protected call runs to its end, whatever becomes of its caller: neither a cancelled call nor the caller's
 * deadline reaches it, and its answer is recorded all the same (S19). It is held back until its record is durable. A handler that
 * throws leaves the outcome uncertain (S15), and the exception is passed on to the server.
 *
 * <p>The handler finds its hold on the operation in {@link #EXECUTION}. Over a {@link TransactionalEngine} it finds the open
 * transaction in a context key of the application's; it has to answer before its method returns, on the thread that called it.
 * One that does not is rolled back, and its caller is refused.
 *
 * <p>Immutable and thread-safe. Blocks the server's executor while the store works, and for as long as a duplicate may wait by its
 * policy: give the server one with virtual threads, and never {@code directExecutor()}. A protected call on an event loop of Netty is
 * refused.
 */
public final class IdempotencyInterceptor implements ServerInterceptor {
    /** The hold on the operation, in the context of handlers that are protected. */
    public static final Context.Key<Execution> EXECUTION = Context.key("reprise-execution");

    private final ServingEngine engine;
    private final BiFunction<ServerCall<?, ?>, Metadata, String> principal;
    private final Map<String, ProtectedMethod> methods;
    private final Metadata.Key<String> keyEntry;

    private IdempotencyInterceptor(
            ServingEngine engine,
            BiFunction<ServerCall<?, ?>, Metadata, String> principal,
            Map<String, ProtectedMethod> methods,
            Metadata.Key<String> keyEntry) {
        this.engine = engine;
        this.principal = principal;
        this.methods = methods;
        this.keyEntry = keyEntry;
    }

    /**
     * For an engine with the leased guarantee.
     *
     * @param principal derives the caller from the authenticated credential, never from something the caller can choose (S12);
     *     called in the context of the call
     * @param methods what is protected
     * @throws IllegalArgumentException if a method is given twice
     */
    public static IdempotencyInterceptor over(
            IdempotencyEngine engine,
            BiFunction<ServerCall<?, ?>, Metadata, String> principal,
            List<ProtectedMethod> methods) {
        return new IdempotencyInterceptor(
                ServingEngine.of(engine), principal, byName(methods), entry(HttpNames.DEFAULT.key()));
    }

    /**
     * For an engine with the transactional guarantee.
     *
     * @param transaction where handlers find their open transaction, which they neither commit nor roll back nor close
     * @param principal derives the caller from the authenticated credential, never from something the caller can choose (S12);
     *     called in the context of the call
     * @param methods what is protected
     * @throws IllegalArgumentException if a method is given twice
     */
    public static <T> IdempotencyInterceptor over(
            TransactionalEngine<T> engine,
            Context.Key<T> transaction,
            BiFunction<ServerCall<?, ?>, Metadata, String> principal,
            List<ProtectedMethod> methods) {
        return new IdempotencyInterceptor(
                ServingEngine.of(engine, transaction), principal, byName(methods), entry(HttpNames.DEFAULT.key()));
    }

    /** This interceptor, with keys in another entry of the metadata. Default: {@code idempotency-key}. */
    public IdempotencyInterceptor withKeyEntry(String name) {
        return new IdempotencyInterceptor(engine, principal, methods, entry(name));
    }

    private static Metadata.Key<String> entry(String name) {
        return MetadataFields.text(name);
    }

    private static Map<String, ProtectedMethod> byName(List<ProtectedMethod> methods) {
        Map<String, ProtectedMethod> byName = new HashMap<>();
        for (ProtectedMethod method : methods) {
            if (byName.put(method.name(), method) != null) {
                throw new IllegalArgumentException(method.name() + " is protected twice");
            }
        }
        return Map.copyOf(byName);
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        MethodDescriptor<Q, A> descriptor = call.getMethodDescriptor();
        ProtectedMethod method = methods.get(descriptor.getFullMethodName());
        if (method == null) {
            return next.startCall(call, headers);
        }
        if (descriptor.getType() != MethodDescriptor.MethodType.UNARY) {
            return refused(
                    call,
                    Refusal.forGood(
                            Status.Code.UNIMPLEMENTED,
                            ProblemType.NOT_REPEATABLE,
                            method.name() + " is protected as a unary method, and here it is " + descriptor.getType()
                                    + ", so it cannot be called."));
        }
        return switch (KeyEntry.in(headers, keyEntry)) {
            case KeyEntry.Absent ignored ->
                method.keyRequired()
                        ? refused(
                                call,
                                Refusal.forGood(
                                        Status.Code.INVALID_ARGUMENT,
                                        ProblemType.MISSING_KEY,
                                        "Send the metadata " + keyEntry.name() + " with a value that is unique to this "
                                                + "operation, and the same value with every retry of it."))
                        : next.startCall(call, headers);
            case KeyEntry.Malformed malformed ->
                refused(
                        call,
                        Refusal.forGood(Status.Code.INVALID_ARGUMENT, ProblemType.INVALID_KEY, malformed.detail()));
            case KeyEntry.Present present -> {
                OperationId id =
                        new OperationId(new Scope(principal.apply(call, headers), method.name()), present.key());
                // One more than there should be, so that a second message is noticed.
                call.request(2);
                yield new ProtectedCall<>(engine, method, id, call, headers, next);
            }
        };
    }

    private static <Q> ServerCall.Listener<Q> refused(ServerCall<Q, ?> call, Refusal refusal) {
        refusal.answer(call);
        return new ServerCall.Listener<>() {};
    }
}
