package dev.reprise.http;

import dev.reprise.Body;
import dev.reprise.Execution;
import dev.reprise.Headers;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationPolicy;
import dev.reprise.Outcome;
import dev.reprise.Response;
import dev.reprise.TransactionalEngine;
import dev.reprise.internal.Failures;
import dev.reprise.internal.Stages;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The hold on an operation while its handler runs. Exactly one of its methods ends it; each returns what the caller gets
 * once the store has answered, and blocks until then if it returns no stage. A stage may be completed on a thread that others
 * need: what follows must not block.
 *
 * <p>A request whose body turned out to have no key, and needs none, runs in the same way, but nothing is held or
 * recorded.
 *
 * <p>Work that the database refuses only at the commit is treated like work that failed before: rolled back, with the status
 * 500 (S15). The database's error goes to the log.
 *
 * <p>If the returned body is {@linkplain dev.reprise.Body#isOmitted omitted}, the adapter passes on the handler's own
 * body, which it did not capture.
 */
public final class HttpExecution {
    private static final System.Logger LOG = System.getLogger(HttpExecution.class.getName());

    /** When to ask again if the handler failed: a failure may be over soon, and nobody knows when. */
    private static final Duration SOON = Duration.ofSeconds(1);

    /** To look for members in a longer body would keep other callers of an event loop waiting. */
    private static final int LONGEST_READ_HERE = 16 << 10;

    private final OperationRequest request;
    private final @Nullable IdempotencyKey key;
    private final @Nullable Execution execution;

    HttpExecution(OperationRequest request, @Nullable IdempotencyKey key, @Nullable Execution execution) {
        this.request = request;
        this.key = key;
        this.execution = execution;
    }

    /** The engine's view of this hold; none if nothing is held. */
    public Optional<Execution> execution() {
        return Optional.ofNullable(execution);
    }

    /**
     * The handler answered.
     *
     * @param response its response, with the omitted body if it is longer than the route records or has no end
     */
    public Response answered(Response response) {
        return finish(answer(response));
    }

    /** The same without blocking. */
    public CompletionStage<Response> answeredAsync(Response response) {
        return takesTime(response)
                ? Stages.handedOut(CompletableFuture.supplyAsync(() -> answer(response), Thread::startVirtualThread)
                        .thenCompose(this::finishAsync))
                : finishAsync(answer(response));
    }

    private boolean takesTime(Response response) {
        return !request.route().unrecordedMembers().isEmpty()
                && response.body().length() > LONGEST_READ_HERE
                && execution != null
                && !execution.boundToThread();
    }

    private Outcome answer(Response response) {
        return recordsItself() ? new Outcome.NotExecuted(response) : outcomeOf(response);
    }

    /**
     * The handler was certainly not reached: the key is free again.
     *
     * @param response what this caller gets
     */
    public Response notReached(Response response) {
        return finish(new Outcome.NotExecuted(response));
    }

    /** The same without blocking. */
    public CompletionStage<Response> notReachedAsync(Response response) {
        return finishAsync(new Outcome.NotExecuted(response));
    }

    /**
     * The handler started, and was lost before it answered.
     *
     * @param status what this caller gets, 502 or 504 from a proxy and 500 from a server
     * @param reason what happened, for the operator
     */
    public Response lost(int status, String reason) {
        return finish(new Outcome.Uncertain(lost(status), reason));
    }

    /** The same without blocking. */
    public CompletionStage<Response> lostAsync(int status, String reason) {
        return finishAsync(new Outcome.Uncertain(lost(status), reason));
    }

    private Response lost(int status) {
        if (key == null) {
            return request.refuse(ProblemType.OUTCOME_UNKNOWN
                    .refusal(
                            "The service failed before it answered, and nobody can tell whether it did what was asked. "
                                    + "Requests with an idempotency key can be repeated safely.")
                    .withStatus(status));
        }
        if (safeToRepeat() || request.route().policy().uncertain() == OperationPolicy.Uncertain.RERUN) {
            return notFinished(status);
        }
        return request.refuse(ProblemType.OUTCOME_UNKNOWN
                .refusal("The service failed before it answered, and nobody can tell whether the operation took "
                        + "effect. It is not executed again; find out what happened before you use a new key.")
                .withStatus(status));
    }

    /**
     * The handler threw instead of answering, which counts as a 5xx: without effect if the route says so or the work
     * was a transaction, and otherwise uncertain; also where 5xx answers are recorded, because here is none (S15).
     *
     * @param thrown what the handler threw, which the operator reads about
     */
    public Response threw(Throwable thrown) {
        Response failure = new Response(500, Headers.EMPTY, Body.EMPTY);
        return safeToRepeat() || request.route().effects().of(failure) == Effects.Meaning.NONE
                ? notReached(notFinished(500))
                : lost(500, "The handler threw " + Failures.text(thrown));
    }

    private boolean safeToRepeat() {
        return execution != null && execution.safeToRepeat();
    }

    /** Whether the answer was recorded, if at all, before the handler answered (P11). */
    private boolean recordsItself() {
        return request.idempotency().engine().goesOnByItself();
    }

    private Response notFinished(int status) {
        return request.refuse(ProblemType.NOT_FINISHED
                .refusal("The service failed before it answered. "
                        + (recordsItself()
                                ? "Send the same request again: what it has recorded is continued, and the rest was undone."
                                : "The key is free: the same request executes again."))
                .withStatus(status)
                .withRetryAfter(SOON));
    }

    private Response finish(Outcome outcome) {
        if (execution == null || key == null) {
            return unrecorded(outcome);
        }
        try {
            return request.response(execution.finish(outcome), key);
        } catch (TransactionalEngine.CommitRefusedException e) {
            return commitRefused(e);
        }
    }

    private CompletionStage<Response> finishAsync(Outcome outcome) {
        if (execution == null || key == null) {
            return CompletableFuture.completedFuture(unrecorded(outcome));
        }
        return Stages.handedOut(execution
                .finishAsync(outcome)
                .thenApply(answer -> request.response(answer, key))
                .exceptionally(failure -> {
                    if (failure.getCause() instanceof TransactionalEngine.CommitRefusedException refused) {
                        return commitRefused(refused);
                    }
                    throw failure instanceof CompletionException wrapped ? wrapped : new CompletionException(failure);
                }));
    }

    private Response unrecorded(Outcome outcome) {
        return request.protection().fresh(outcome.response(), Duration.ZERO);
    }

    /** There is nobody further out who could tell the caller what it means. */
    private Response commitRefused(TransactionalEngine.CommitRefusedException e) {
        LOG.log(Level.ERROR, e.getMessage(), e);
        return request.refuse(ProblemType.NOT_FINISHED.refusal(
                "The database refused the work at its commit, so all of it was rolled back. The key is free: the same "
                        + "request executes again, and fails again unless the data it is about has changed."));
    }

    private Outcome outcomeOf(Response response) {
        if (request.protection().dialect().asksForMore(response)) {
            return notExecuted(response);
        }
        return switch (request.route().effects().of(response)) {
            case FINAL -> recorded(response);
            case NONE -> notExecuted(response);
            case UNCERTAIN -> new Outcome.Uncertain(response, "The handler answered " + response.status());
        };
    }

    private Outcome notExecuted(Response response) {
        return new Outcome.NotExecuted(
                key == null ? response : request.protection().dialect().notExecuted(response, key));
    }

    private Outcome recorded(Response response) {
        if (key == null) {
            return new Outcome.Answered(response, response);
        }
        Response marked = request.protection().dialect().executed(response, key);
        return new Outcome.Answered(marked, request.protection().recordable(marked));
    }
}
