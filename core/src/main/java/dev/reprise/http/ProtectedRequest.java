package dev.reprise.http;

import dev.reprise.Answer;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.Rejection;
import dev.reprise.Response;
import dev.reprise.Scope;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A request to a protected route whose body has to be read. Immutable and thread-safe. */
public abstract sealed class ProtectedRequest permits OperationRequest, KeyRequest, LaterRequest {
    private final HttpIdempotency idempotency;
    private final RequestView request;
    private final Protection protection;

    ProtectedRequest(HttpIdempotency idempotency, RequestView request, Protection protection) {
        this.idempotency = idempotency;
        this.request = request;
        this.protection = protection;
    }

    /** The route that protects it, with the limits on bodies. */
    public final Route route() {
        return protection.route();
    }

    /**
     * Claims the operation, or returns the replay, the refusal, or what else was asked for. Blocks while the store does,
     * and while a duplicate runs, up to the route's waiting time.
     *
     * @param body the whole body as it was sent; must not be changed afterwards
     * @return {@link Next.Respond} or {@link Next.Run}
     */
    public abstract Next begin(byte[] body);

    /**
     * The same without blocking, but for the hashing of the body, and over an engine with the transactional guarantee, whose transaction
     * may belong to the thread. The stage may be completed on a thread that others need: what
     * follows must not block. It fails if the engine is closing, or breaks; then nothing is executed.
     */
    public abstract CompletionStage<Next> beginAsync(byte[] body);

    /** The refusal of a body that is longer than the route accepts. */
    public final Response tooLarge() {
        return refuse(ProblemType.REQUEST_TOO_LARGE.refusal(
                "This endpoint accepts bodies of up to " + route().maxRequestBody() + " bytes. Nothing was executed."));
    }

    /** A refusal by the adapter, in the form of the route's profile. */
    public final Response refuse(ProblemDetails refusal) {
        return refuse(refusal, keyInHead());
    }

    final Response refuse(ProblemDetails refusal, @Nullable IdempotencyKey key) {
        return addressed(protection.refuse(request, refusal, key));
    }

    /** Prepares a response that was made instead of the handler's, such as a refused authorisation. */
    public final Response own(Response response) {
        return protection.own(request, response);
    }

    /** The key that is known before the body is read. Default: none. */
    @Nullable
    IdempotencyKey keyInHead() {
        return null;
    }

    final RequestView request() {
        return request;
    }

    final Protection protection() {
        return protection;
    }

    final HttpIdempotency idempotency() {
        return idempotency;
    }

    /** The operation of that key, which is its caller's and its route's (S12). */
    OperationId id(IdempotencyKey key) {
        return new OperationId(new Scope(request.principal(), route().name()), key);
    }

    /** An answer that no handler made, as its caller recognises it. Default: as it is. */
    Response addressed(Response response) {
        return response;
    }

    /** What a caller gets for an answer of the engine. */
    final Response response(Answer answer, IdempotencyKey key) {
        return switch (answer) {
            case Answer.Fresh(Response response, Duration retention) ->
                protection.fresh(marked(response, retention, key), retention);
            case Answer.Replay(Response recorded, Duration retention) ->
                addressed(protection.replay(request, marked(recorded, retention, key), retention));
            case Answer.Reject(Rejection reason, Duration retryAfter) -> rejected(reason, retryAfter, key);
        };
    }

    private Response rejected(Rejection reason, Duration retryAfter, IdempotencyKey key) {
        LaterAnswers later = protection.later();
        return reason == Rejection.IN_PROGRESS && later != null && preferences().later()
                ? own(later.accepted(request, key, retryAfter))
                : refuse(ProblemType.of(reason).refusal(detail(reason, key)).withRetryAfter(retryAfter), key);
    }

    /** What its caller would like about waiting; nothing where its route has no place to ask later. */
    final Preferences preferences() {
        return protection.later() == null ? Preferences.NONE : Preferences.of(request);
    }

    /** An operation of several steps records its answer without what its profile adds. */
    private Response marked(Response response, Duration retention, IdempotencyKey key) {
        if (!idempotency.engine().goesOnByItself()) {
            return response;
        }
        return retention.isZero()
                ? protection.dialect().notExecuted(response, key)
                : protection.dialect().executed(response, key);
    }

    private String detail(Rejection reason, IdempotencyKey key) {
        return switch (reason) {
            case IN_PROGRESS ->
                "The first request with the key " + key + " is not finished. Ask again later with the same key.";
            case PAYLOAD_MISMATCH ->
                "The key " + key + " belongs to a different request at " + route().name()
                        + ". Repeat that request unchanged, or use a new key for a new operation.";
            case OUTCOME_UNKNOWN ->
                "The operation with the key " + key
                        + " started and nobody can tell whether it took effect. It is not executed again; "
                        + "find out what happened before you use a new key.";
            case ALREADY_HANDLED ->
                "The operation with the key " + key + " was handled. This endpoint does not repeat its answer.";
            case STORE_UNAVAILABLE ->
                "The record of the key " + key
                        + " cannot be read or written at the moment, so nothing was executed. Ask again later with the "
                        + "same key.";
        };
    }
}
