package dev.reprise.servlet;

import dev.reprise.Body;
import dev.reprise.Execution;
import dev.reprise.Headers;
import dev.reprise.Response;
import dev.reprise.http.HttpExecution;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The hold on an operation, which ends once: with an answer, or without. A later caller gets nothing to send.
 * Thread-safe; blocks while the store does.
 */
final class Hold {
    private final HttpExecution execution;
    private final AtomicBoolean ended = new AtomicBoolean();

    /** An end of the operation, and what the caller gets for it. */
    private interface End {
        Response end();
    }

    Hold(HttpExecution execution) {
        this.execution = execution;
    }

    boolean isEnded() {
        return ended.get();
    }

    /** Whether it has to end on the thread of the first dispatch. */
    boolean boundToThread() {
        return execution.execution().map(Execution::boundToThread).orElse(false);
    }

    /** The application answered; see {@link HttpExecution#answered}. */
    Optional<Response> answered(Response response) {
        return end(() -> execution.answered(response));
    }

    /** The application was not reached, and somebody further out answers. */
    Optional<Response> refused() {
        return end(
                () -> execution.notReached(new Response(HttpServletResponse.SC_FORBIDDEN, Headers.EMPTY, Body.EMPTY)));
    }

    /** The application threw. */
    Optional<Response> threw(Throwable failure) {
        return end(() -> execution.threw(failure));
    }

    /** The application did not answer, or not with something that can be sent. */
    Optional<Response> lost(String reason) {
        return end(() -> execution.lost(HttpServletResponse.SC_INTERNAL_SERVER_ERROR, reason));
    }

    private Optional<Response> end(End end) {
        return ended.compareAndSet(false, true) ? Optional.of(end.end()) : Optional.empty();
    }
}
