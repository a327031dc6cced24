package dev.reprise.http;

import dev.reprise.Answer;
import dev.reprise.Decision;
import dev.reprise.IdempotencyKey;
import dev.reprise.Operation;
import org.jspecify.annotations.Nullable;

/** A request for an operation: it has a key, or may have one in its body. */
final class OperationRequest extends ProtectedRequest {
    private final KeyField inHead;

    OperationRequest(HttpIdempotency idempotency, RequestView request, Protection protection, KeyField inHead) {
        super(idempotency, request, protection);
        this.inHead = inHead;
    }

    @Override
    public Next begin(byte[] body) {
        return switch (protection().keys().withBody(inHead, request(), body)) {
            case KeyField.Absent ignored ->
                route().keyRequired()
                        ? new Next.Respond(refuse(protection().missingKey()))
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
                                request().principal(),
                                idempotency().clock().instant())) {
            return new Next.Respond(refuse(
                    ProblemType.INVALID_KEY.refusal(
                            "This key was not issued for this operation and this caller, or it has "
                                    + "expired. Get another one by POST " + issued.endpoint()
                                    + " for a new operation."),
                    key));
        }
        Operation operation = new Operation(
                id(key),
                protection().fingerprinter().of(request(), body),
                protection().policy());
        return switch (idempotency().engine().begin(operation, preferences())) {
            case Decision.Execute execute -> new Next.Run(new HttpExecution(this, key, execute.execution()));
            case Answer answer -> new Next.Respond(response(answer, key));
        };
    }

    @Override
    @Nullable
    IdempotencyKey keyInHead() {
        return inHead instanceof KeyField.Present(IdempotencyKey key) ? key : null;
    }
}
