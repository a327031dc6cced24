package dev.reprise.http;

import dev.reprise.Answer;
import dev.reprise.Decision;
import dev.reprise.IdempotencyKey;
import dev.reprise.Operation;
import dev.reprise.OperationId;
import dev.reprise.Rejection;
import dev.reprise.Response;
import dev.reprise.Scope;
import java.time.Duration;

/** A request with a valid key at a protected route, whose body is to be read. Immutable and thread-safe. */
public final class ProtectedRequest {
    private final HttpIdempotency idempotency;
    private final RequestView request;
    private final Route route;
    private final IdempotencyKey key;

    ProtectedRequest(HttpIdempotency idempotency, RequestView request, Route route, IdempotencyKey key) {
        this.idempotency = idempotency;
        this.request = request;
        this.route = route;
        this.key = key;
    }

    /** The route that protects it, with the limits on bodies. */
    public Route route() {
        return route;
    }

    /** The refusal of a body that is longer than the route accepts. */
    public Response tooLarge() {
        return own(Problem.REQUEST_TOO_LARGE.response(
                "This endpoint accepts bodies of up to " + route.maxRequestBody() + " bytes. Nothing was executed."));
    }

    /** Prepares a response that the adapter made by itself instead of beginning, such as a refused authorisation. */
    public Response own(Response response) {
        return idempotency.own(request, response);
    }

    /**
     * Claims the operation, or has the replay or the refusal. Blocks for as long as the store does, and up to the
     * route's waiting time while a duplicate runs.
     *
     * @param body the whole body as it was sent, which must not change any more
     * @return {@link Next.Respond} or {@link Next.Run}
     */
    public Next begin(byte[] body) {
        Operation operation = new Operation(
                new OperationId(new Scope(request.principal(), route.name()), key),
                idempotency.fingerprinter().of(request, body),
                route.policy());
        return switch (idempotency.begin(operation)) {
            case Decision.Execute execute -> new Next.Run(new HttpExecution(this, execute.execution()));
            case Answer answer -> new Next.Respond(response(answer));
        };
    }

    Response response(Answer answer) {
        return switch (answer) {
            case Answer.Fresh(Response response, Duration retention) -> idempotency.fresh(response, retention);
            case Answer.Replay(Response recorded, Duration retention) ->
                idempotency.replay(request, recorded, retention);
            case Answer.Reject(Rejection reason, Duration retryAfter) ->
                own(Problem.of(reason).response(detail(reason), retryAfter));
        };
    }

    private String detail(Rejection reason) {
        return switch (reason) {
            case IN_PROGRESS ->
                "The first request with the key " + key + " is not finished. Ask again later with the same key.";
            case PAYLOAD_MISMATCH ->
                "The key " + key + " belongs to a different request at " + route.name()
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
