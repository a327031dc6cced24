package dev.reprise.resumable;

import dev.reprise.Answer;
import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.IdempotencyException;
import dev.reprise.OperationType;
import dev.reprise.Response;
import dev.reprise.internal.Failures;
import dev.reprise.spi.ResumableStore;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A type of operation and what carries it through, as an engine gets it. Immutable.
 *
 * @param <I> the type of the input
 * @param <O> the type of the result
 * @param <T> the handle of a transaction, such as {@code java.sql.Connection}
 */
public final class Resumable<I, O, T> {
    private static final int OK = 200;

    private final OperationType type;
    private final Codec<I> input;
    private final Function<O, Response> toResponse;
    private final Function<Response, O> toResult;
    private final ResumablePolicy policy;
    private final ResumableOperation<I, O, T> operation;

    private Resumable(
            OperationType type,
            Codec<I> input,
            Function<O, Response> toResponse,
            Function<Response, O> toResult,
            ResumablePolicy policy,
            ResumableOperation<I, O, T> operation) {
        this.type = type;
        this.input = input;
        this.toResponse = toResponse;
        this.toResult = toResult;
        this.policy = policy;
        this.operation = operation;
    }

    /** A type whose operations end with the response that is recorded and replayed. One of 500 or more counts as a failed run. */
    public static <I, T> Resumable<I, Response, T> answering(
            OperationType type, Codec<I> input, ResumableOperation<I, Response, T> operation) {
        return new Resumable<>(
                type, input, Function.identity(), Function.identity(), ResumablePolicy.DEFAULT, operation);
    }

    /** A type whose operations end with a value, which is recorded as the body of a response 200. */
    public static <I, O, T> Resumable<I, O, T> returning(
            OperationType type, Codec<I> input, Codec<O> result, ResumableOperation<I, O, T> operation) {
        return new Resumable<>(
                type,
                input,
                value -> new Response(
                        OK, Headers.EMPTY, Body.of(coded("The result cannot be encoded", () -> result.encode(value)))),
                response -> result.decode(response.body().bytes()),
                ResumablePolicy.DEFAULT,
                operation);
    }

    /** This type under another policy. */
    public Resumable<I, O, T> with(ResumablePolicy changed) {
        return new Resumable<>(type, input, toResponse, toResult, changed, operation);
    }

    /** Its name and version. */
    public OperationType type() {
        return type;
    }

    /** How its operations are carried through. */
    public ResumablePolicy policy() {
        return policy;
    }

    /** The result that an answer holds; empty if it holds none, because it refuses. */
    public Optional<O> result(Answer answer) {
        return switch (answer) {
            case Answer.Fresh(Response response, var ignored) -> Optional.of(toResult.apply(response));
            case Answer.Replay(Response response, var ignored) -> Optional.of(toResult.apply(response));
            case Answer.Reject ignored -> Optional.empty();
        };
    }

    /**
     * What this code would do with an operation that is recorded, found out by running it against the steps that are finished:
     * nothing is done and nothing is changed. For a test that replays operations of production before new code is deployed.
     *
     * @param recorded what a store has found
     * @param codecs those of the engine
     */
    public Replay replay(ResumableStore.Progressing recorded, Codecs codecs) {
        if (!recorded.type().equals(type)) {
            return new Replay.DoesNotFit(
                    recorded.record().id() + " is of " + recorded.type() + ", and this is " + type);
        }
        StepHistory history = new StepHistory(recorded.steps(), policy.mostSteps());
        ReplaySteps<T> steps = new ReplaySteps<>(history, new BuiltInCodecs(codecs));
        Replay end;
        try {
            end = new Replay.Finishes(run(recorded.input().bytes(), steps));
        } catch (Exception e) {
            end = new Replay.Fails(e);
        }
        Replay before = steps.end();
        if (before != null) {
            return before;
        }
        return end instanceof Replay.Finishes
                ? history.unasked()
                        .map(missing -> (Replay) new Replay.DoesNotFit(missing.reason()))
                        .orElse(end)
                : end;
    }

    byte[] encode(I value) {
        return input.encode(value);
    }

    /** Runs the operation once, from its top. */
    Response run(byte[] encoded, Steps<T> steps) throws Exception {
        I decoded = coded("The input cannot be decoded", () -> input.decode(encoded));
        return toResponse.apply(operation.run(decoded, steps));
    }

    /** What a codec throws may quote what is encrypted in the record (S35), and is recorded and logged without its message. */
    private static <V> V coded(String failing, Supplier<V> codec) {
        try {
            return codec.get();
        } catch (RuntimeException e) {
            IdempotencyException told = new IdempotencyException(failing + ": " + Failures.unquoted(e), null);
            told.setStackTrace(e.getStackTrace());
            throw told;
        }
    }
}
