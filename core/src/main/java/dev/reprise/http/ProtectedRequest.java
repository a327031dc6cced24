package dev.reprise.http;

import dev.reprise.Answer;
import dev.reprise.Body;
import dev.reprise.Decision;
import dev.reprise.Headers;
import dev.reprise.IdempotencyKey;
import dev.reprise.Operation;
import dev.reprise.OperationId;
import dev.reprise.Rejection;
import dev.reprise.Response;
import dev.reprise.Scope;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A request to a protected route whose body has to be read: it has a key, may have one in its body, or asks for one.
 * Immutable and thread-safe.
 */
public final class ProtectedRequest {
    private final HttpIdempotency idempotency;
    private final RequestView request;
    private final Protection protection;
    private final KeyField inHead;
    private final boolean issuing;

    ProtectedRequest(HttpIdempotency idempotency, RequestView request, Protection protection, KeyField inHead) {
        this(idempotency, request, protection, inHead, false);
    }

    private ProtectedRequest(
            HttpIdempotency idempotency, RequestView request, Protection protection, KeyField inHead, boolean issuing) {
        this.idempotency = idempotency;
        this.request = request;
        this.protection = protection;
        this.inHead = inHead;
        this.issuing = issuing;
    }

    /** A request for a key (S6). */
    static ProtectedRequest issuing(HttpIdempotency idempotency, RequestView request, Protection protection) {
        return new ProtectedRequest(idempotency, request, protection, new KeyField.Absent(), true);
    }

    /** The route that protects it, with the limits on bodies. */
    public Route route() {
        return protection.route();
    }

    /** The refusal of a body that is longer than the route accepts. */
    public Response tooLarge() {
        return refuse(ProblemType.REQUEST_TOO_LARGE.refusal(
                "This endpoint accepts bodies of up to " + route().maxRequestBody() + " bytes. Nothing was executed."));
    }

    /** A refusal by the adapter, in the form of the route's profile. */
    public Response refuse(ProblemDetails refusal) {
        return refuse(refusal, inHead instanceof KeyField.Present(IdempotencyKey key) ? key : null);
    }

    private Response refuse(ProblemDetails refusal, @Nullable IdempotencyKey key) {
        return protection.refuse(request, refusal, key);
    }

    /** Prepares a response that was made instead of the handler's, such as a refused authorisation. */
    public Response own(Response response) {
        return protection.own(request, response);
    }

    /**
     * Claims the operation, or returns the replay or refusal. Blocks while the store does, and while a duplicate runs,
     * up to the route's waiting time.
     *
     * @param body the whole body as it was sent; must not be changed afterwards
     * @return {@link Next.Respond} or {@link Next.Run}
     */
    public Next begin(byte[] body) {
        if (issuing) {
            return new Next.Respond(issued());
        }
        return switch (protection.keys().withBody(inHead, request, body)) {
            case KeyField.Absent ignored ->
                route().keyRequired()
                        ? new Next.Respond(refuse(protection.missingKey()))
                        : new Next.Run(new HttpExecution(this, null, null));
            case KeyField.Malformed malformed ->
                new Next.Respond(refuse(ProblemType.INVALID_KEY.refusal(malformed.detail())));
            case KeyField.Present present -> begin(present.key(), body);
        };
    }

    private Next begin(IdempotencyKey key, byte[] body) {
        IssuedKeys issued = route().issuedKeys();
        if (issued != null
                && !issued.issuer()
                        .isValid(
                                key.value(),
                                route().name(),
                                request.principal(),
                                idempotency.clock().instant())) {
            return new Next.Respond(refuse(
                    ProblemType.INVALID_KEY.refusal(
                            "This key was not issued for this operation and this caller, or it has "
                                    + "expired. Get another one by POST " + issued.endpoint()
                                    + " for a new operation."),
                    key));
        }
        Operation operation = new Operation(
                new OperationId(new Scope(request.principal(), route().name()), key),
                protection.fingerprinter().of(request, body),
                protection.policy());
        return switch (idempotency.begin(operation)) {
            case Decision.Execute execute -> new Next.Run(new HttpExecution(this, key, execute.execution()));
            case Answer answer -> new Next.Respond(response(answer, key));
        };
    }

    private Response issued() {
        IssuedKeys issued = Objects.requireNonNull(route().issuedKeys());
        Instant now = idempotency.clock().instant();
        String key = issued.issuer().issue(route().name(), request.principal(), now);
        String json = "{\"idempotency_key\":" + Json.quote(key) + ",\"expires_at\":\""
                + issued.issuer().expiry(now).truncatedTo(ChronoUnit.SECONDS) + "\"}\n";
        Headers headers = Headers.of("Content-Type", "application/json", "Cache-Control", "no-store");
        for (KeyLocation source : protection.keys().sources()) {
            // In the field in which it comes back, for clients that read no JSON.
            headers = source.place() == KeyLocation.Place.HEADER ? headers.with(source.name(), key) : headers;
        }
        return own(new Response(201, headers, Body.of(json.getBytes(StandardCharsets.UTF_8))));
    }

    Protection protection() {
        return protection;
    }

    Response response(Answer answer, IdempotencyKey key) {
        return switch (answer) {
            case Answer.Fresh(Response response, Duration retention) -> protection.fresh(response, retention);
            case Answer.Replay(Response recorded, Duration retention) ->
                protection.replay(request, recorded, retention);
            case Answer.Reject(Rejection reason, Duration retryAfter) ->
                refuse(ProblemType.of(reason).refusal(detail(reason, key)).withRetryAfter(retryAfter), key);
        };
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
