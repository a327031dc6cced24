package dev.reprise.http;

import dev.reprise.Answer;
import dev.reprise.Body;
import dev.reprise.Decision;
import dev.reprise.Headers;
import dev.reprise.IdempotencyKey;
import dev.reprise.Operation;
import dev.reprise.OperationId;
import dev.reprise.RequestFingerprint;
import dev.reprise.Response;
import dev.reprise.Scope;
import dev.reprise.internal.Stages;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A request for an operation: it has a key, may have one in its body, or gets one. */
final class OperationRequest extends ProtectedRequest {
    private static final byte[] NOTHING = {};

    private final KeyField inHead;
    private final byte[] body;

    /** A request whose body is not read yet. */
    OperationRequest(HttpIdempotency idempotency, RequestView request, Protection protection, KeyField inHead) {
        this(idempotency, request, protection, inHead, NOTHING);
    }

    private OperationRequest(
            HttpIdempotency idempotency, RequestView request, Protection protection, KeyField inHead, byte[] body) {
        super(idempotency, request, protection);
        this.inHead = inHead;
        this.body = body;
    }

    @Override
    public Next begin(byte[] whole) {
        return with(whole).<Next>begun(next -> next, OperationRequest::ask);
    }

    @Override
    public CompletionStage<Next> beginAsync(byte[] whole) {
        return with(whole).begun(CompletableFuture::completedFuture, OperationRequest::askAsync);
    }

    private OperationRequest with(byte[] whole) {
        return new OperationRequest(idempotency(), request(), protection(), inHead, whole);
    }

    /** What comes of it, either at once or from the engine. */
    private <R> R begun(Function<Next, R> atOnce, BiFunction<OperationRequest, Operation, R> asking) {
        return switch (protection().keys().withBody(inHead, request(), body)) {
            case KeyField.Absent ignored ->
                route().keyRequired()
                        ? atOnce.apply(new Next.Respond(refuse(protection().missingKey())))
                        : derived()
                                .map(operation -> asking.apply(this, operation))
                                .orElseGet(() -> atOnce.apply(new Next.Run(new HttpExecution(this, null, null))));
            case KeyField.Malformed malformed ->
                atOnce.apply(new Next.Respond(refuse(ProblemType.INVALID_KEY.refusal(malformed.detail()))));
            case KeyField.Present(IdempotencyKey key) ->
                objection(key)
                        .map(refusal -> atOnce.apply(new Next.Respond(refuse(refusal, key))))
                        .orElseGet(() -> asking.apply(
                                this,
                                new Operation(
                                        id(key),
                                        protection().fingerprinter().of(request(), body),
                                        protection().policy(),
                                        request().callerGone())));
        };
    }

    /** The operation of a request without a key, where its route makes one. */
    private Optional<Operation> derived() {
        DerivedKeys keys = route().derivedKeys();
        return keys == null
                ? Optional.empty()
                : keys.of(protection().parts(), request(), body)
                        .map(made -> new Operation(
                                id(made.key()),
                                RequestFingerprint.Source.of(made.fingerprint()),
                                protection().policy().withRetention(keys.window()),
                                request().callerGone()));
    }

    /** Why a well-formed key is none here. */
    private Optional<ProblemDetails> objection(IdempotencyKey key) {
        IssuedKeys issued = route().issuedKeys();
        return issued == null
                        || issued.issuer()
                                .isValid(
                                        key.value(),
                                        route().name(),
                                        request().principal(),
                                        idempotency().clock().instant())
                ? protection().dialect().checkKey(key)
                : Optional.of(ProblemType.INVALID_KEY.refusal(
                        "This key was not issued for this operation and this caller, or it has "
                                + "expired. Get another one by POST " + issued.endpoint()
                                + " for a new operation."));
    }

    private Next ask(Operation operation) {
        return next(
                idempotency().engine().begin(operation, preferences()),
                operation.id().key());
    }

    private CompletionStage<Next> askAsync(Operation operation) {
        IdempotencyKey key = operation.id().key();
        CompletionStage<Next> next =
                idempotency().engine().beginAsync(operation, preferences()).thenApply(decision -> next(decision, key));
        return Stages.handedOut(next, unclaimed -> {
            if (unclaimed instanceof Next.Run(HttpExecution execution)) {
                CompletionStage<Response> unused =
                        execution.notReachedAsync(new Response(503, Headers.EMPTY, Body.EMPTY));
            }
        });
    }

    private Next next(Decision decision, IdempotencyKey key) {
        return switch (decision) {
            case Decision.Execute execute -> new Next.Run(new HttpExecution(this, key, execute.execution()));
            case Answer answer -> new Next.Respond(response(answer, key));
        };
    }

    @Override
    OperationId id(IdempotencyKey key) {
        List<RequestPart> scope = route().scope();
        return scope.isEmpty()
                ? super.id(key)
                : new OperationId(
                        Scope.within(
                                request().principal(),
                                route().name(),
                                protection().parts().digest(scope, request(), body)),
                        key);
    }

    @Override
    Response addressed(Response response) {
        if (!protection().dialect().addresses()) {
            return response;
        }
        return ContentCodings.text(request(), body, route().maxRequestBody())
                .map(text -> protection().dialect().addressed(response, text))
                .orElse(response);
    }

    @Override
    @Nullable
    IdempotencyKey keyInHead() {
        return inHead instanceof KeyField.Present(IdempotencyKey key) ? key : null;
    }
}
