package dev.reprise;

import dev.reprise.internal.Failures;

/** How a handler ended, by what is known about its effect (S14, S15). */
public sealed interface Outcome {
    /** What the handler wants its caller to see. */
    Response response();

    /**
     * The handler ran and this is its answer; it is recorded and replayed.
     *
     * @param response the answer to its first caller
     * @param recorded what retries get: the answer without what is never replayed (S18)
     */
    record Answered(Response response, Response recorded) implements Outcome {
        /** What a record keeps of it (S25). */
        Response keptBy(OperationPolicy policy) {
            return policy.duplicates() == OperationPolicy.Duplicates.REPLAY
                    ? recorded
                    : new Response(response.status(), Headers.EMPTY, Body.OMITTED);
        }
    }

    /**
     * The handler had no effect: it was not reached, it refused beforehand, or its transaction rolled back. The key is
     * free again.
     *
     * @param response the answer to this caller, not recorded
     */
    record NotExecuted(Response response) implements Outcome {}

    /**
     * Nobody can tell whether there was an effect; {@link OperationPolicy#uncertain} decides what follows.
     *
     * @param response the answer to this caller, not recorded
     * @param reason what went wrong, for the operator
     */
    record Uncertain(Response response, String reason) implements Outcome {
        /** The outcome of a handler that threw. */
        static Uncertain because(Throwable thrown) {
            return because("The handler threw " + Failures.text(thrown));
        }

        /** The outcome of a handler that made no answer. */
        static Uncertain because(String reason) {
            return new Uncertain(new Response(500, Headers.EMPTY, Body.EMPTY), reason);
        }
    }
}
