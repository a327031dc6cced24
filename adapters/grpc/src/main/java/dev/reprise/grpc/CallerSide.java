package dev.reprise.grpc;

import dev.reprise.Answer;
import dev.reprise.OperationId;
import dev.reprise.Rejection;
import dev.reprise.Response;
import dev.reprise.http.HttpNames;
import dev.reprise.http.ProblemType;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.time.Duration;

/** Sends answers to the caller of one call. What says that an answer is repeated (S17, S23) is in front of a message, and otherwise in the trailers. */
final class CallerSide<A> {
    private static final Metadata.Key<String> REPLAYED = MetadataFields.text(HttpNames.DEFAULT.replayed());
    private static final Metadata.Key<String> RETENTION = MetadataFields.text(HttpNames.RETENTION);
    private static final Metadata.Key<String> OMITTED = MetadataFields.text(HttpNames.BODY_OMITTED);

    private final ServerCall<?, A> call;
    private final OperationId id;

    CallerSide(ServerCall<?, A> call, OperationId id) {
        this.call = call;
        this.id = id;
    }

    /** Passes on what the engine says, where the handler's own answer may be what goes out. */
    void answer(Answer answer, HandlerAnswer<A> own) {
        if (answer instanceof Answer.Fresh(Response ignored, Duration retention)) {
            own.headers().discardAll(REPLAYED);
            own.trailers().discardAll(REPLAYED);
            if (!retention.isZero()) {
                marked(own).put(RETENTION, Long.toString(retention.toSeconds()));
            }
            send(own);
        } else {
            answer(answer);
        }
    }

    /** Passes on what the engine says about a call whose handler has not answered. */
    void answer(Answer answer) {
        switch (answer) {
            case Answer.Replay(Response response, Duration retention) -> replay(response, retention);
            case Answer.Reject(Rejection reason, Duration retryAfter) ->
                refuse(Refusal.of(
                        reason, retryAfter, id.key().toString(), id.scope().route()));
            case Answer.Fresh ignored -> throw new AssertionError("An answer of a handler that has not answered");
        }
    }

    void refuse(Refusal refusal) {
        refusal.answer(call);
    }

    private void replay(Response response, Duration retention) {
        RecordedAnswer recorded = RecordedAnswer.of(response);
        HandlerAnswer<A> again = recorded.message().isOmitted() ? withoutMessage(recorded) : withMessage(recorded);
        marked(again).put(REPLAYED, "true");
        marked(again).put(RETENTION, Long.toString(Math.max(0, retention.toSeconds())));
        send(again);
    }

    private HandlerAnswer<A> withMessage(RecordedAnswer recorded) {
        return new HandlerAnswer<>(
                recorded.status(),
                recorded.headers(),
                recorded.status().isOk()
                        ? call.getMethodDescriptor()
                                .parseResponse(new ByteArrayInputStream(
                                        recorded.message().bytes()))
                        : null,
                recorded.trailers());
    }

    /** S21: no message, so no OK. */
    private HandlerAnswer<A> withoutMessage(RecordedAnswer recorded) {
        Metadata trailers = recorded.trailers();
        trailers.merge(recorded.headers());
        trailers.put(OMITTED, "true");
        trailers.put(Refusal.PROBLEM, ProblemType.ALREADY_HANDLED.type());
        trailers.put(Refusal.PUSHBACK, "-1");
        return new HandlerAnswer<>(
                Status.ALREADY_EXISTS.withDescription("The operation with the key " + id.key()
                        + " was executed and answered " + recorded.status().getCode()
                        + ", and its answer was too large to be kept."),
                new Metadata(),
                null,
                trailers);
    }

    private static Metadata marked(HandlerAnswer<?> answer) {
        return answer.status().isOk() ? answer.headers() : answer.trailers();
    }

    private void send(HandlerAnswer<A> answer) {
        A message = answer.message();
        // Without a message, nothing in front of the trailers lets channels retry.
        if (message != null || !answer.headers().keys().isEmpty()) {
            call.sendHeaders(answer.headers());
        }
        if (message != null) {
            call.sendMessage(message);
        }
        call.close(answer.status(), answer.trailers());
    }
}
