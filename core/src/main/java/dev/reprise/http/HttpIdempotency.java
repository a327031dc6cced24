package dev.reprise.http;

import dev.reprise.Body;
import dev.reprise.Decision;
import dev.reprise.Headers;
import dev.reprise.IdempotencyEngine;
import dev.reprise.Operation;
import dev.reprise.Response;
import dev.reprise.TransactionalEngine;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The one choreography of a protected HTTP request; an adapter shows a request, runs the handler, and writes an answer.
 *
 * <ol>
 *   <li>{@link #admit} looks at the head: most requests pass through, malformed keys are refused.
 *   <li>The adapter authenticates the caller if nobody did before (S13), and reads the body. One that is cut short
 *       ends here, with nothing recorded (S20).
 *   <li>{@link ProtectedRequest#begin} claims the operation, or has the replay or the refusal.
 *   <li>The adapter runs the handler, captures its response, and calls one method of {@link HttpExecution}, which
 *       returns what may go out because everything that has to be durable is (S19).
 * </ol>
 *
 * <p>Immutable and thread-safe. Looking at a head does not block; beginning and finishing do.
 */
public final class HttpIdempotency {
    private static final Next PASS_THROUGH = new Next.PassThrough();

    private final Function<Operation, Decision> engine;
    private final List<Route> routes;
    private final HttpNames names;
    private final Cors cors;
    private final String exposed;
    private final Fingerprinter fingerprinter = new Fingerprinter();

    /**
     * A choreography over an engine for the leased guarantee.
     *
     * @param routes the first one that matches a path counts; a path without one passes through
     */
    public HttpIdempotency(IdempotencyEngine engine, List<Route> routes, HttpNames names, Cors cors) {
        this(engine::begin, routes, names, cors);
    }

    /**
     * A choreography over an engine for the transactional guarantee; the handler finds its transaction in the
     * {@link dev.reprise.TransactionalExecution} that {@link HttpExecution#execution} is.
     *
     * @param routes the first one that matches a path counts; a path without one passes through
     */
    public HttpIdempotency(TransactionalEngine<?> engine, List<Route> routes, HttpNames names, Cors cors) {
        this(engine::begin, routes, names, cors);
    }

    private HttpIdempotency(Function<Operation, Decision> engine, List<Route> routes, HttpNames names, Cors cors) {
        this.engine = engine;
        this.routes = List.copyOf(routes);
        this.names = names;
        this.cors = cors;
        this.exposed = names.replayed() + ", " + HttpNames.RETENTION + ", " + HttpNames.BODY_OMITTED;
    }

    /** The route that a path belongs to. */
    public Optional<Route> route(String path) {
        for (Route route : routes) {
            if (route.matches(path)) {
                return Optional.of(route);
            }
        }
        return Optional.empty();
    }

    /** Decides by the head alone: pass through, refuse, or read the body. */
    public Next admit(RequestView request) {
        Route route = route(request.path()).orElse(null);
        if (route == null || !route.methods().contains(request.method())) {
            return PASS_THROUGH;
        }
        return switch (KeyField.parse(request.header(names.key()))) {
            case KeyField.Absent ignored -> route.keyRequired() ? missingKey(request) : PASS_THROUGH;
            case KeyField.Malformed malformed ->
                new Next.Respond(own(request, Problem.INVALID_KEY.response(malformed.detail())));
            case KeyField.Present present ->
                new Next.ReadBody(new ProtectedRequest(this, request, route, present.key()));
        };
    }

    private Next missingKey(RequestView request) {
        Response problem = Problem.MISSING_KEY.response("Send the header " + names.key()
                + " with a value that is unique to this operation, and the same value " + "with every retry of it");
        return new Next.Respond(own(
                request,
                problem.withHeaders(
                        problem.headers().with("Link", "<" + names.documentation() + ">; rel=\"describedby\""))));
    }

    /** A handler's answer to a preflight request, with the key field allowed (S26). */
    public Response preflight(Response response) {
        return response.withHeaders(cors.preflight(response.headers(), names.key()));
    }

    /** The handler's own response to its first caller. */
    Response fresh(Response response, Duration retention) {
        Headers headers = response.headers()
                .filter((name, value) ->
                        !name.equalsIgnoreCase(names.replayed()) && !name.equalsIgnoreCase(HttpNames.EFFECT));
        if (!retention.isZero()) {
            headers = headers.with(HttpNames.RETENTION, Long.toString(retention.toSeconds()));
        }
        return response.withHeaders(cors.exposing(headers, exposed));
    }

    /** The recorded response to a later caller. */
    Response replay(RequestView request, Response recorded, Duration retention) {
        Headers headers = recorded.headers()
                .with(names.replayed(), "true")
                .with(HttpNames.RETENTION, Long.toString(Math.max(0, retention.toSeconds())));
        if (!recorded.body().isOmitted()) {
            return own(request, recorded.withHeaders(headers));
        }
        return own(request, recorded.withBody(Body.EMPTY).withHeaders(headers.with(HttpNames.BODY_OMITTED, "true")));
    }

    /** An answer that no handler made. */
    Response own(RequestView request, Response response) {
        List<String> origin = request.header("Origin");
        return response.withHeaders(cors.own(response.headers(), origin.isEmpty() ? null : origin.get(0), exposed));
    }

    Decision begin(Operation operation) {
        return engine.apply(operation);
    }

    Fingerprinter fingerprinter() {
        return fingerprinter;
    }
}
