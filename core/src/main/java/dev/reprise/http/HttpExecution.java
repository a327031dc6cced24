package dev.reprise.http;

import dev.reprise.Execution;
import dev.reprise.OperationPolicy;
import dev.reprise.Outcome;
import dev.reprise.Response;

/**
 * The hold on an operation while its handler runs; ended by exactly one of its methods, each of which blocks until the
 * store has answered and returns what the caller gets.
 *
 * <p>Where a returned body is {@linkplain dev.reprise.Body#isOmitted omitted}, the adapter sends on the handler's own
 * body, which it did not capture.
 */
public final class HttpExecution {
    private final ProtectedRequest request;
    private final Execution execution;

    HttpExecution(ProtectedRequest request, Execution execution) {
        this.request = request;
        this.execution = execution;
    }

    /** The engine's view of this hold. */
    public Execution execution() {
        return execution;
    }

    /**
     * The handler answered.
     *
     * @param response its response, with the omitted body where it is longer than the route records or has no end
     */
    public Response answered(Response response) {
        return finish(outcomeOf(response));
    }

    /**
     * The handler was certainly not reached, so the key is free again.
     *
     * @param response what this caller gets
     */
    public Response notReached(Response response) {
        return finish(new Outcome.NotExecuted(response));
    }

    /**
     * The handler started, and was lost before it answered.
     *
     * @param status what this caller gets, 502 or 504 from a proxy and 500 from a server
     * @param reason what happened, for the operator
     */
    public Response lost(int status, String reason) {
        Response response = request.route().policy().uncertain() == OperationPolicy.Uncertain.RERUN
                ? askAgain(status)
                : request.own(Problem.OUTCOME_UNKNOWN.response(
                        status,
                        "The service failed before it answered, and nobody can tell whether the operation took effect. "
                                + "It is not executed again; find out what happened before you use a new key."));
        return finish(new Outcome.Uncertain(response, reason));
    }

    /**
     * The handler threw instead of answering. That is its 5xx: without effect where the route says so of those, and
     * uncertain otherwise, also where they are recorded, because there is nothing to record (S15).
     *
     * @param reason what happened, for the operator
     */
    public Response threw(String reason) {
        return request.route().serverErrors() == Route.ServerErrors.NO_EFFECT
                ? notReached(askAgain(500))
                : lost(500, reason);
    }

    private Response askAgain(int status) {
        return request.own(Problem.IN_PROGRESS.response(
                status, "The service failed before it answered. Ask again with the same key."));
    }

    private Response finish(Outcome outcome) {
        return request.response(execution.finish(outcome));
    }

    private Outcome outcomeOf(Response response) {
        boolean noEffect = response.headers()
                .first(HttpNames.EFFECT)
                .filter(value -> value.strip().equals("none"))
                .isPresent();
        if (noEffect || request.route().refusals().contains(response.status())) {
            return new Outcome.NotExecuted(response);
        }
        if (response.status() < 500) {
            return recorded(response);
        }
        return switch (request.route().serverErrors()) {
            case RECORD -> recorded(response);
            case NO_EFFECT -> new Outcome.NotExecuted(response);
            case UNCERTAIN -> new Outcome.Uncertain(response, "The handler answered " + response.status());
        };
    }

    private static Outcome recorded(Response response) {
        return new Outcome.Answered(response, ReplayRules.recordable(response));
    }
}
