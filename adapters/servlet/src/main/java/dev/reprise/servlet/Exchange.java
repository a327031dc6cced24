package dev.reprise.servlet;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.Response;
import dev.reprise.http.HttpExecution;
import dev.reprise.http.Route;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.FilterChain;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One protected request, from its claim to its answer.
 *
 * <p>The answer is recorded and written where the last dispatch of the request leaves the filter. An application that
 * completes an asynchronous request elsewhere causes one more dispatch for that: it happens on a thread of the
 * container, which may block, and which can still show an error page.
 */
final class Exchange implements AsyncEvents {
    private static final String ATTRIBUTE = Exchange.class.getName();

    private final Hold hold;
    private final HttpServletRequest request;
    private final ClientResponse client;
    private final CapturedResponse captured;

    /** What the application has, and in later dispatches whoever stands in front of the filter. */
    private final HttpServletResponseWrapper shared;

    private final BufferedRequest buffered;
    private final FailureHandling failures;
    private final Queue<Runnable> listeners = new ArrayDeque<>();
    private Turn turn = new Turn.Application();

    /** Whose turn it is with the request. */
    private sealed interface Turn {
        /** The application's, in a dispatch. */
        record Application() implements Turn {}

        /** Still the application's, in the dispatch in which it has said that it is done. */
        record Completed() implements Turn {}

        /** The application's, between two dispatches: it causes the next one. */
        record Away() implements Turn {}

        /** The filter's in the next dispatch, to record and write the answer. */
        record Conclusion() implements Turn {}

        /** The filter's in the next dispatch, to write an answer: the operation has ended. */
        record Delivery(Response answer) implements Turn {}
    }

    private Exchange(
            Hold hold,
            Route route,
            HttpServletRequest request,
            byte[] body,
            ClientResponse client,
            FailureHandling failures) {
        this.hold = hold;
        this.request = request;
        this.client = client;
        this.failures = failures;
        this.captured = new CapturedResponse(
                client.response(),
                ServletContainer.of(request),
                route.maxResponseBody(),
                this::isIncluded,
                this::release,
                this::runListener);
        this.shared = new HttpServletResponseWrapper(captured);
        this.buffered =
                new BufferedRequest(request, body, captured, shared, this, this::runListener, hold.boundToThread());
    }

    /** The first dispatch of a request whose operation is claimed. */
    static void run(
            HttpExecution execution,
            Route route,
            HttpServletRequest request,
            byte[] body,
            ClientResponse client,
            FailureHandling failures,
            FilterChain chain)
            throws IOException, ServletException {
        Hold hold = new Hold(execution);
        Exchange exchange;
        try {
            exchange = new Exchange(hold, route, request, body, client, failures);
            request.setAttribute(ATTRIBUTE, exchange);
            execution.execution().ifPresent(held -> request.setAttribute(IdempotencyFilter.EXECUTION, held));
        } catch (RuntimeException | Error e) {
            // Whatever happens from the claim on, the operation has an end.
            hold.threw(e);
            throw e;
        }
        exchange.dispatch(exchange.buffered, exchange.shared, chain);
    }

    /** The one that the request belongs to. */
    static @Nullable Exchange of(HttpServletRequest request) {
        return (Exchange) request.getAttribute(ATTRIBUTE);
    }

    private boolean isIncluded() {
        return buffered.isIncluded();
    }

    /** Every further dispatch. */
    void resume(HttpServletRequest dispatched, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        switch (begin()) {
            case Turn.Delivery(Response answer) -> client.writeAnew(answer);
            case Turn.Conclusion ignored -> conclude();
            case Turn.Application ignored -> dispatch(dispatched, response, chain);
            case Turn.Completed ignored -> throw new AssertionError("A request is dispatched while it is dispatched");
            case Turn.Away ignored -> throw new AssertionError("A dispatch belongs to nobody");
        }
    }

    /** Who has the dispatch that begins. */
    private synchronized Turn begin() {
        if (turn instanceof Turn.Away) {
            turn = new Turn.Application();
        }
        return turn;
    }

    private void dispatch(HttpServletRequest dispatched, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        try {
            chain.doFilter(dispatched, response);
        } catch (IOException | ServletException | RuntimeException | Error e) {
            if (!leaveBy(e)) {
                throw e;
            }
            return;
        }
        if (leave() instanceof Turn.Away) {
            startListeners();
        } else if (client.isClosed() && request.isAsyncSupported() && !hold.isEnded() && !hold.boundToThread()) {
            // A container that takes nothing more behind a forward takes it again in the next dispatch.
            again();
        } else {
            conclude();
        }
    }

    private synchronized Turn leave() {
        turn = turn instanceof Turn.Application && request.isAsyncStarted() ? new Turn.Away() : new Turn.Conclusion();
        return turn;
    }

    /**
     * The application has thrown. What it has started asynchronously may still be answered by its listeners, which hear
     * of the failure from the container.
     *
     * @return whether the failure is dealt with
     */
    private boolean leaveBy(Throwable failure) throws IOException {
        if (leave() instanceof Turn.Away) {
            return false;
        }
        if (failures.refusals().test(request, failure)) {
            hold.refused();
        } else {
            hold.threw(failure);
        }
        // Whoever stands in front of the filter may answer now, also in a later dispatch.
        shared.setResponse(client.response());
        UnreadableForm form = UnreadableForm.in(failure);
        if (form == null || client.isClosed() || request.isAsyncStarted()) {
            return false;
        }
        client.response().sendError(form.status(), form.getMessage());
        return true;
    }

    private void conclude() throws IOException, ServletException {
        Optional<Response> answer;
        try {
            SentError error = captured.error();
            if (error != null) {
                ErrorPage.render(error, request, captured, failures.errorPage());
            }
            answer = end();
        } catch (IOException | ServletException | RuntimeException | Error e) {
            hold.threw(e);
            throw e;
        }
        if (answer.isPresent() && !deliver(answer.get())) {
            return;
        }
        if (request.isAsyncStarted()) {
            request.getAsyncContext().complete();
        }
    }

    /** Ends the operation with what the application answered; nothing if it has ended before. */
    private Optional<Response> end() {
        Optional<String> fault = captured.fault();
        return fault.isPresent()
                ? hold.lost(fault.get())
                : hold.answered(head().withBody(Body.of(captured.body())).withTrailers(trailers()));
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

    /** Writes an answer, or sees to it that the next dispatch does, and then returns false. */
    private boolean deliver(Response answer) throws IOException {
        if (!client.isClosed()) {
            if (request.getAttribute(RequestDispatcher.ERROR_EXCEPTION) == null) {
                client.write(answer);
            } else {
                client.writeAnew(answer);
            }
            return true;
        }
        if (!request.isAsyncSupported()) {
            throw new IOException("The answer is recorded and cannot be written, because the container has closed the "
                    + "response after a forward. Support asynchronous processing in all filters and the servlet, or set "
                    + "suspendWrappedResponseAfterForward to false on Tomcat's context.");
        }
        deliverNext(answer);
        again();
        return false;
    }

    private synchronized void deliverNext(Response answer) {
        turn = new Turn.Delivery(answer);
    }

    /** Causes a dispatch that is the filter's. */
    private void again() {
        if (request.isAsyncStarted()) {
            request.getAsyncContext().dispatch();
            return;
        }
        AsyncContext context = request.startAsync();
        HeldAsyncContext held = buffered.held();
        if (held != null) {
            // The application's listeners still wait for the end.
            context.addListener(held);
        }
        context.dispatch();
    }

    /** Lets a body go that is not recorded: the record first, then the head, then whatever the application writes. */
    private OutputStream release() throws IOException {
        Optional<String> fault = captured.faultOfHead();
        Optional<Response> ended = fault.isPresent() ? hold.lost(fault.get()) : hold.answered(head());
        if (ended.isEmpty()) {
            return OutputStream.nullOutputStream();
        }
        Response answer = ended.get();
        if (!answer.body().isOmitted()) {
            client.write(answer);
            return OutputStream.nullOutputStream();
        }
        Supplier<Map<String, String>> trailers = captured.getTrailerFields();
        if (trailers != null) {
            client.response().setTrailerFields(trailers);
        }
        return client.stream(answer, captured.announcedLength());
    }

    /** Runs a listener, as containers do: never while the application is still in the dispatch in which it named it. */
    private void runListener(Runnable listener) {
        if (!request.isAsyncStarted()) {
            throw new IllegalStateException("Only asynchronous requests have listeners");
        }
        synchronized (this) {
            if (turn instanceof Turn.Application) {
                listeners.add(listener);
                return;
            }
        }
        request.getAsyncContext().start(listener);
    }

    private void startListeners() {
        for (Runnable listener = next(); listener != null; listener = next()) {
            request.getAsyncContext().start(listener);
        }
    }

    private synchronized @Nullable Runnable next() {
        return turn instanceof Turn.Away ? listeners.poll() : null;
    }

    @Override
    public void complete(AsyncContext context) {
        synchronized (this) {
            if (turn instanceof Turn.Application) {
                turn = new Turn.Completed();
                return;
            }
            if (!(turn instanceof Turn.Away)) {
                return;
            }
            turn = new Turn.Conclusion();
        }
        if (hold.isEnded()) {
            context.complete();
        } else {
            context.dispatch();
        }
    }

    @Override
    public void timedOut(AsyncContext context) {
        hold.lost("The asynchronous request was not completed in time").ifPresent(answer -> {
            deliverNext(answer);
            context.dispatch();
        });
    }

    @Override
    public void failed(AsyncContext context, Throwable failure) {
        hold.threw(failure).ifPresent(answer -> {
            deliverNext(answer);
            context.dispatch();
        });
    }

    @Override
    public void ended() {
        hold.lost("The request ended outside of the filter, which has to be mapped for ASYNC");
    }

    @Override
    public synchronized boolean isOfApplication() {
        return !(turn instanceof Turn.Conclusion || turn instanceof Turn.Delivery);
    }
}
