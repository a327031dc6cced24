package dev.reprise.http;

import dev.reprise.Answer;
import dev.reprise.Headers;
import dev.reprise.IdempotencyException;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Running;
import dev.reprise.OperationState.Unknown;
import dev.reprise.Rejection;
import dev.reprise.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A request for an answer that its caller has not waited for (P11). Only who asked for the operation finds it (S12). */
final class LaterRequest extends ProtectedRequest {
    private static final Duration RETRY_SOON = Duration.ofSeconds(1);

    private static final String CACHE_CONTROL = "Cache-Control";

    private final LaterAnswers later;

    LaterRequest(HttpIdempotency idempotency, RequestView request, Protection protection, LaterAnswers later) {
        super(idempotency, request, protection);
        this.later = later;
    }

    @Override
    public Next begin(byte[] body) {
        return new Next.Respond(uncached(LaterAnswers.key(request())
                .map(this::answer)
                .orElseGet(() -> refuse(ProblemType.INVALID_KEY.refusal("Ask with the key of the operation, as in "
                        + later.path() + "?key=..., at the place that the answer 202 has named")))));
    }

    @Override
    public CompletionStage<Next> beginAsync(byte[] body) {
        return CompletableFuture.supplyAsync(() -> begin(body), Thread::startVirtualThread);
    }

    /** An answer to GET may be kept by whoever stands in between, and this one is for its caller alone. */
    private static Response uncached(Response response) {
        Headers headers = response.headers().filter((name, value) -> !name.equalsIgnoreCase(CACHE_CONTROL));
        return response.withHeaders(headers.with(CACHE_CONTROL, "no-store"));
    }

    private Response answer(IdempotencyKey key) {
        Optional<OperationRecord> found;
        try {
            found = idempotency().engine().find(id(key));
        } catch (IdempotencyException e) {
            return refuse(
                    ProblemType.STORE_UNAVAILABLE
                            .refusal("The record of the key " + key + " cannot be read at the moment. Ask again later.")
                            .withRetryAfter(RETRY_SOON),
                    key);
        }
        return found.map(record -> answer(record, key))
                .orElseGet(() -> refuse(ProblemType.NO_SUCH_OPERATION.refusal("There is no operation with the key "
                        + key + " of this caller at " + route().name()
                        + ", or not any more. Nothing was executed for this request.")));
    }

    private Response answer(OperationRecord record, IdempotencyKey key) {
        Instant now = idempotency().clock().instant();
        return switch (record.state()) {
            case Running ignored -> own(later.accepted(request(), key, RETRY_SOON));
            case Completed completed ->
                response(new Answer.Replay(completed.response(), Duration.between(now, completed.expiresAt())), key);
            case Unknown ignored -> response(new Answer.Reject(Rejection.OUTCOME_UNKNOWN, Duration.ZERO), key);
        };
    }
}
