package dev.reprise.grpc;

import dev.reprise.Answer;
import dev.reprise.Decision;
import dev.reprise.Execution;
import dev.reprise.Operation;
import dev.reprise.OperationId;
import dev.reprise.http.ProblemType;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One call with a key, as its caller sends it. When the message is complete the operation is claimed, and its handler is started
 * or its record answers. A message that is cut short leaves nothing behind (S20).
 */
final class ProtectedCall<Q, A> extends ServerCall.Listener<Q> {
    private final ServingEngine engine;
    private final ProtectedMethod method;
    private final OperationId id;
    private final ServerCall<Q, A> call;
    private final Metadata headers;
    private final ServerCallHandler<Q, A> next;

    /** Set by the first of the two: the caller is gone, the call is answered. */
    private final AtomicBoolean goneOrAnswered = new AtomicBoolean();

    private @Nullable Received<Q> received;
    private volatile @Nullable Handler<Q> handler;

    /** A message, and what its retries have in common with it. */
    private record Received<Q>(Q message, CallFingerprint fingerprint) {}

    /** What hears how the call goes on, and the context in which it does. */
    private record Handler<Q>(Context context, ServerCall.Listener<Q> listener) {}

    ProtectedCall(
            ServingEngine engine,
            ProtectedMethod method,
            OperationId id,
            ServerCall<Q, A> call,
            Metadata headers,
            ServerCallHandler<Q, A> next) {
        this.engine = engine;
        this.method = method;
        this.id = id;
        this.call = call;
        this.headers = headers;
        this.next = next;
    }

    /** A message that is a stream can be read now, and only once, so the handler gets another one. */
    @Override
    public void onMessage(Q message) {
        if (received != null) {
            call.close(Status.INTERNAL.withDescription("Two messages for a unary method"), new Metadata());
            return;
        }
        MethodDescriptor<Q, A> descriptor = call.getMethodDescriptor();
        byte[] bytes = MessageBytes.of(descriptor.streamRequest(message));
        received = new Received<>(
                message instanceof InputStream ? descriptor.parseRequest(new ByteArrayInputStream(bytes)) : message,
                CallFingerprint.of(method.name(), bytes));
    }

    @Override
    public void onHalfClose() {
        Received<Q> request = received;
        received = null;
        if (request == null) {
            call.close(Status.INTERNAL.withDescription("No message for a unary method"), new Metadata());
        } else if (EventLoop.isCurrent()) {
            Refusal.forGood(
                            Status.Code.INTERNAL,
                            ProblemType.NOT_FINISHED,
                            "This server handles calls on its event loop, where " + method.name()
                                    + " cannot be protected, so nothing was executed. It needs an executor.")
                    .answer(call);
        } else {
            begin(request);
        }
    }

    private void begin(Received<Q> request) {
        Operation operation = new Operation(id, request.fingerprint(), method.policy());
        CallerSide<A> caller = new CallerSide<>(call, id);
        switch (engine.begin().apply(operation)) {
            case Decision.Execute(Execution execution) -> execute(execution, caller, request.message());
            case Answer answer -> caller.answer(answer);
        }
    }

    /** S19: what happens to the caller does not reach the handler, so its context ends with none. */
    private void execute(Execution execution, CallerSide<A> caller, Q message) {
        Thread bound = engine.onOneThread() || execution.boundToThread() ? Thread.currentThread() : null;
        HeldCall<Q, A> held = new HeldCall<>(call, method, execution, caller, bound, this::goneOrAnswered);
        Context context = engine.context().apply(Context.current().fork(), execution);
        context.run(() -> held.handle(() -> {
            ServerCall.Listener<Q> listener = next.startCall(held, headers);
            handler = new Handler<>(context, listener);
            if (!held.isEnded()) {
                listener.onMessage(message);
                listener.onHalfClose();
            }
        }));
    }

    /** Tells the handler that its caller was gone, once both are known: that, and how the handler ended. */
    private void goneOrAnswered() {
        if (goneOrAnswered.getAndSet(true)) {
            tell(ServerCall.Listener::onCancel);
        }
    }

    @Override
    public void onCancel() {
        goneOrAnswered();
    }

    @Override
    public void onComplete() {
        tell(ServerCall.Listener::onComplete);
    }

    private void tell(Consumer<ServerCall.Listener<Q>> news) {
        Handler<Q> told = handler;
        if (told != null) {
            told.context().run(() -> news.accept(told.listener()));
        }
    }
}
