package dev.reprise.servlet;

import dev.reprise.Response;
import dev.reprise.http.HttpExecution;
import dev.reprise.http.HttpIdempotency;
import dev.reprise.http.Next;
import dev.reprise.http.ProtectedRequest;
import dev.reprise.http.RequestView;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.Principal;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Function;

/**
 * Makes the endpoints of a servlet application safe to retry, by the routes of an {@link HttpIdempotency}.
 *
 * <p>Register it behind authentication (S13), for all paths, for the dispatcher types {@code REQUEST} and {@code
 * ASYNC}, and with asynchronous processing supported. Unprotected requests pass through untouched. The body of a
 * protected request is read completely before the application sees it, and its response is held until the record is
 * durable (S19). Only a response that is longer than the route records, or a flushed event stream, goes out while it
 * is made; it is recorded without its body (S21).
 *
 * <p>An error sent with {@code sendError} is rendered inside the filter, so that the record holds what the caller
 * sees: by the {@linkplain #withErrorPage error page}, or else as plain text. An exception leaves the outcome
 * uncertain, unless it is a {@linkplain #withRefusals refusal} or the route says that errors have no effect (S15), and is passed on
 * to the container.
 *
 * <p>The application finds its {@link dev.reprise.Execution} in the request attribute {@link #EXECUTION}; over a
 * {@link dev.reprise.TransactionalEngine} that is a {@link dev.reprise.TransactionalExecution} with the open transaction,
 * which commits together with the record when the application has answered, and rolls back when it fails.
 *
 * <p>Immutable and thread-safe. Blocks while the store does, and for as long as a duplicate may wait by its route.
 */
public final class IdempotencyFilter implements Filter {
    /** The request attribute with the hold on the operation, of requests that are protected. */
    public static final String EXECUTION = "dev.reprise.Execution";

    private final HttpIdempotency idempotency;
    private final Function<HttpServletRequest, String> principal;
    private final FailureHandling failures;

    /** A filter that asks the container who the caller is; unknown callers share one principal. */
    public IdempotencyFilter(HttpIdempotency idempotency) {
        this(idempotency, IdempotencyFilter::user);
    }

    /**
     * A filter with its own way to identify callers.
     *
     * @param principal derives the caller from the authenticated credential, never from something the caller can choose
     *     (S12)
     */
    public IdempotencyFilter(HttpIdempotency idempotency, Function<HttpServletRequest, String> principal) {
        this(idempotency, principal, FailureHandling.UNKNOWN);
    }

    private IdempotencyFilter(
            HttpIdempotency idempotency, Function<HttpServletRequest, String> principal, FailureHandling failures) {
        this.idempotency = idempotency;
        this.principal = principal;
        this.failures = failures;
    }

    /**
     * This filter with an error page of the application, which renders errors of {@code sendError}. Default: none,
     * because a filter cannot see the container's error pages.
     *
     * @param path where the page is, in the application and starting with a slash; it gets the attributes and the
     *     dispatcher type of an error dispatch
     */
    public IdempotencyFilter withErrorPage(String path) {
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("The path of the error page has to start with a slash: " + path);
        }
        return new IdempotencyFilter(idempotency, principal, failures.withErrorPage(path));
    }

    /**
     * This filter with exceptions by which the application refuses a request before it does anything, and which somebody further out
     * turns into an answer. The key is free then, and the exception is passed on (S14). Default: none, because an exception alone
     * does not tell what was done before it.
     *
     * @param refusals whether the request was refused by this exception, which may be the cause of the one that was thrown
     */
    public IdempotencyFilter withRefusals(BiPredicate<HttpServletRequest, Throwable> refusals) {
        return new IdempotencyFilter(idempotency, principal, failures.withRefusals(refusals));
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (!(request instanceof HttpServletRequest httpRequest)
                || !(response instanceof HttpServletResponse httpResponse)) {
            chain.doFilter(request, response);
            return;
        }
        Exchange running = Exchange.of(httpRequest);
        DispatcherType type = request.getDispatcherType();
        if (running == null && type == DispatcherType.REQUEST) {
            admit(httpRequest, httpResponse, chain);
        } else if (running != null && type == DispatcherType.ASYNC) {
            running.resume(httpRequest, httpResponse, chain);
        } else {
            chain.doFilter(request, response);
        }
    }

    private void admit(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        switch (idempotency.admit(new RequestHead(request, principal))) {
            case Next.PassThrough next -> {
                if (next.keyed()) {
                    idempotency.keyIgnored().forEach(response::setHeader);
                }
                passThrough(request, response, chain);
            }
            case Next.Respond(Response refusal) -> client(request, response).write(refusal);
            case Next.ReadBody(ProtectedRequest protectedRequest) ->
                protect(protectedRequest, request, response, chain);
            case Next.Run ignored -> throw new AssertionError("A request runs before it began");
        }
    }

    private void protect(
            ProtectedRequest protectedRequest,
            HttpServletRequest request,
            HttpServletResponse response,
            FilterChain chain)
            throws IOException, ServletException {
        ClientResponse client = client(request, response);
        Optional<ReadBody> body =
                ReadBody.read(request, protectedRequest.route().maxRequestBody());
        if (body.isEmpty()) {
            client.write(protectedRequest.tooLarge());
            return;
        }
        switch (protectedRequest.begin(body.get().meaning())) {
            case Next.Respond(Response known) -> client.write(known);
            case Next.Run(HttpExecution execution) ->
                Exchange.run(
                        execution, protectedRequest.route(), request, body.get().unread(), client, failures, chain);
            case Next.PassThrough ignored -> throw new AssertionError("A request that began passes through");
            case Next.ReadBody ignored -> throw new AssertionError("A request that began is read again");
        }
    }

    /** What filters further out allow other origins to read is theirs to say; it is completed by the fields that are added (S26). */
    private ClientResponse client(HttpServletRequest request, HttpServletResponse response) {
        ResponseFields.change(response, idempotency::exposing);
        return new ClientResponse(request, response);
    }

    private void passThrough(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        boolean preflight =
                request.getMethod().equals("OPTIONS") && request.getHeader("Access-Control-Request-Method") != null;
        if (preflight) {
            PreflightResponse allowing = new PreflightResponse(response, idempotency);
            chain.doFilter(request, allowing);
            allowing.allowKey();
        } else {
            chain.doFilter(request, response);
        }
    }

    private static String user(HttpServletRequest request) {
        Principal user = request.getUserPrincipal();
        String name = user == null ? request.getRemoteUser() : user.getName();
        return name == null ? RequestView.ANONYMOUS : "user:" + name;
    }
}
