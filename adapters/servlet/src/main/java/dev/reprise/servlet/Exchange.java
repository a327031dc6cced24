package dev.reprise.servlet;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.Response;
import dev.reprise.http.HttpExecution;
import dev.reprise.http.ReplayRules;
import dev.reprise.http.Route;
import dev.reprise.servlet.CapturedResponse.SentError;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One protected request, from its claim to its answer.
 *
 * <p>The answer is recorded and written where the last dispatch of the request leaves the filter. An application that
 * completes an asynchronous request elsewhere causes one more dispatch for that: it happens on a thread of the
 * container, which may block, and which can still show an error page.
 */
final class Exchange {
    private static final String ATTRIBUTE = Exchange.class.getName();

    private final HttpExecution execution;
    private final HttpServletRequest request;
    private final ClientResponse client;
    private final CapturedResponse captured;
    private final @Nullable String errorPage;
    private volatile @Nullable HeldAsyncContext async;
    private volatile @Nullable Response unwritten;
    private boolean dispatching;
    private boolean completed;
    private boolean ended;

    Exchange(
            HttpExecution execution,
            Route route,
            HttpServletRequest request,
            ClientResponse client,
            @Nullable String errorPage) {
        this.execution = execution;
        this.request = request;
        this.client = client;
        this.errorPage = errorPage;
        this.captured = new CapturedResponse(client.response(), this, route.maxResponseBody(), this::onContainer);
    }

    /** The one that the request belongs to. */
    static @Nullable Exchange of(HttpServletRequest request) {
        return (Exchange) request.getAttribute(ATTRIBUTE);
    }

    CapturedResponse captured() {
        return captured;
    }

    /** The first dispatch. */
    void run(byte[] body, FilterChain chain) throws IOException, ServletException {
        request.setAttribute(ATTRIBUTE, this);
        execution.execution().ifPresent(hold -> request.setAttribute(IdempotencyFilter.EXECUTION, hold));
        dispatch(new BufferedRequest(request, body, this), captured, chain);
    }

    /** Every further one. */
    void resume(HttpServletRequest dispatched, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        Response pending = unwritten;
        if (pending != null) {
            unwritten = null;
            client.write(pending);
        } else if (isCompleted()) {
            conclude();
        } else {
            dispatch(dispatched, response, chain);
        }
    }

    private void dispatch(HttpServletRequest dispatched, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        enter();
        try {
            chain.doFilter(dispatched, response);
        } catch (IOException | ServletException | RuntimeException | Error e) {
            leave();
            failed(e);
            throw e;
        }
        boolean completedMeanwhile = leave();
        if (!request.isAsyncStarted()) {
            conclude();
        } else if (completedMeanwhile) {
            conclude();
            if (unwritten == null) {
                request.getAsyncContext().complete();
            }
        }
    }

    private synchronized void enter() {
        dispatching = true;
    }

    /** Whether the application completed the request in this dispatch; from now on it causes the next one by that. */
    private synchronized boolean leave() {
        dispatching = false;
        return completed;
    }

    private void conclude() throws IOException, ServletException {
        Response response;
        try {
            SentError error = captured.error();
            if (error != null) {
                ErrorPage.render(error, request, captured, errorPage);
            }
            captured.drain();
            response = head().withBody(Body.of(captured.body())).withTrailers(trailers());
        } catch (IOException | ServletException | RuntimeException | Error e) {
            failed(e);
            throw e;
        }
        if (end()) {
            deliver(execution.answered(response));
        }
    }

    private Response head() {
        return new Response(captured.getStatus(), client.applicationFields(), Body.OMITTED);
    }

    private Headers trailers() {
        Supplier<Map<String, String>> supplier = captured.getTrailerFields();
        Map<String, String> fields = supplier == null ? null : supplier.get();
        Headers.Builder headers = Headers.builder();
        if (fields != null) {
            fields.forEach(headers::add);
        }
        return headers.build();
    }

    /** A container that takes no more output after a forward takes it again in the next dispatch. */
    private void deliver(Response response) throws IOException {
        if (!client.response().isCommitted()) {
            client.write(response);
        } else if (request.isAsyncSupported()) {
            unwritten = response;
            (request.isAsyncStarted() ? request.getAsyncContext() : request.startAsync()).dispatch();
        } else {
            throw new IOException("The answer is recorded and cannot be written, because the container has closed the "
                    + "response after a forward. Support asynchronous processing in all filters and the servlet, or set "
                    + "suspendWrappedResponseAfterForward to false on Tomcat's context.");
        }
    }

    /** Lets a body go that is not recorded: the record first, then the head, then whatever the application writes. */
    OutputStream release() throws IOException {
        Response head = head();
        if (!end()) {
            return OutputStream.nullOutputStream();
        }
        Response response = execution.answered(head);
        if (response.body().isOmitted()) {
            Supplier<Map<String, String>> trailers = captured.getTrailerFields();
            if (trailers != null) {
                client.response().setTrailerFields(trailers);
            }
            return client.stream(response, captured.contentLength());
        }
        client.write(response);
        return OutputStream.nullOutputStream();
    }

    boolean isEndless(@Nullable String contentType) {
        return ReplayRules.isEndless(contentType);
    }

    AsyncContext started(
            AsyncContext context, ServletRequest supplied, ServletResponse suppliedResponse, boolean original) {
        HeldAsyncContext held = new HeldAsyncContext(context, this, supplied, suppliedResponse, original);
        context.addListener(held);
        async = held;
        return held;
    }

    /** What the application got for the container's context. */
    AsyncContext held(AsyncContext context) {
        HeldAsyncContext started = async;
        return started == null ? context : started;
    }

    void onContainer(Runnable task) {
        request.getAsyncContext().start(task);
    }

    /** The application is done with an asynchronous request. */
    void complete(AsyncContext context) {
        synchronized (this) {
            completed = true;
            if (dispatching) {
                return;
            }
        }
        if (isEnded()) {
            captured.drain();
            context.complete();
        } else {
            context.dispatch();
        }
    }

    void timedOut(AsyncContext context) {
        if (end()) {
            unwritten = execution.lost(500, "The asynchronous request was not completed in time");
            context.dispatch();
        }
    }

    /** The container failed an asynchronous request, or the handler did after it had made it one. */
    void failed(AsyncContext context, Throwable failure) {
        failed(failure);
        if (unwritten != null) {
            context.dispatch();
        }
    }

    private void failed(Throwable failure) {
        if (end()) {
            Response response = execution.threw("The handler threw " + failure);
            if (request.isAsyncStarted()) {
                unwritten = response;
            }
        }
    }

    /** The container is done with the request; it is a failure if the filter is not. */
    void vanished() {
        if (end()) {
            execution.lost(500, "The request ended outside of the filter, which has to be mapped for ASYNC");
        }
    }

    /** True once: for who ends the execution. */
    private synchronized boolean end() {
        boolean first = !ended;
        ended = true;
        return first;
    }

    private synchronized boolean isEnded() {
        return ended;
    }

    private synchronized boolean isCompleted() {
        return completed;
    }
}
