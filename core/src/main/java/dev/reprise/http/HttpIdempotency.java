package dev.reprise.http;

import dev.reprise.Decision;
import dev.reprise.IdempotencyEngine;
import dev.reprise.Operation;
import dev.reprise.Response;
import dev.reprise.TransactionalEngine;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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
    private final List<Protection> protections;
    private final Cors cors;
    private final String requestFields;
    private final InstantSource clock;

    /**
     * A choreography over an engine for the leased guarantee.
     *
     * @param routes the first one that matches a path counts; a path without one passes through
     */
    public HttpIdempotency(IdempotencyEngine engine, List<Route> routes, HttpNames names, Cors cors) {
        this(engine, routes, names, cors, InstantSource.system());
    }

    /**
     * A choreography over an engine for the transactional guarantee; the handler finds its transaction in the
     * {@link dev.reprise.TransactionalExecution} that {@link HttpExecution#execution} is.
     *
     * @param routes the first one that matches a path counts; a path without one passes through
     */
    public HttpIdempotency(TransactionalEngine<?> engine, List<Route> routes, HttpNames names, Cors cors) {
        this(engine::begin, routes, names, cors, InstantSource.system());
    }

    /**
     * A choreography with a clock of its own, which issued keys and times of first sending are held against. Leases and
     * retention go by the store's (S28).
     */
    public HttpIdempotency(
            IdempotencyEngine engine, List<Route> routes, HttpNames names, Cors cors, InstantSource clock) {
        this(engine::begin, routes, names, cors, clock);
    }

    private HttpIdempotency(
            Function<Operation, Decision> engine, List<Route> routes, HttpNames names, Cors cors, InstantSource clock) {
        SecureRandom random = new SecureRandom();
        this.engine = engine;
        this.protections = routes.stream()
                .map(route -> new Protection(route, names, cors, random))
                .toList();
        this.cors = cors;
        this.requestFields = Stream.concat(
                        Stream.of(names.key()), protections.stream().flatMap(Protection::requestFields))
                .distinct()
                .collect(Collectors.joining(", "));
        this.clock = clock;
    }

    /** The route that a path belongs to. */
    public Optional<Route> route(String path) {
        return Optional.ofNullable(protection(path)).map(Protection::route);
    }

    private @Nullable Protection protection(String path) {
        for (Protection protection : protections) {
            if (protection.route().matches(path)) {
                return protection;
            }
        }
        return null;
    }

    /** Decides by the head alone: pass through, refuse, or read the body. */
    public Next admit(RequestView request) {
        if (request.method().equals("POST")) {
            for (Protection protection : protections) {
                IssuedKeys issued = protection.route().issuedKeys();
                if (issued != null && issued.endpoint().equals(request.path())) {
                    return new Next.ReadBody(ProtectedRequest.issuing(this, request, protection));
                }
            }
        }
        Protection protection = protection(request.path());
        if (protection == null || protection.route().methods().isEmpty()) {
            return PASS_THROUGH;
        }
        if (protection.route().methods().contains(request.method())) {
            return admit(request, protection);
        }
        return Route.SAFE_METHODS.contains(request.method())
                ? PASS_THROUGH
                : protection
                        .dialect()
                        .checkUnprotected(request)
                        .map(refusal -> respond(request, protection, refusal))
                        .orElse(PASS_THROUGH);
    }

    private Next admit(RequestView request, Protection protection) {
        KeyField field = protection.keys().inHead(request);
        if (field instanceof KeyField.Malformed malformed) {
            return respond(request, protection, Problem.INVALID_KEY.refusal(malformed.detail()));
        }
        boolean keyed = field instanceof KeyField.Present;
        Optional<Refusal> wrong = protection.dialect().check(request, keyed, protection.route(), clock.instant());
        if (wrong.isPresent()) {
            return respond(request, protection, wrong.get());
        }
        if (keyed || protection.keys().mayBeInBody(request)) {
            return new Next.ReadBody(new ProtectedRequest(this, request, protection, field));
        }
        return protection.route().keyRequired() ? respond(request, protection, protection.missingKey()) : PASS_THROUGH;
    }

    private static Next respond(RequestView request, Protection protection, Refusal refusal) {
        return new Next.Respond(protection.refuse(request, refusal, null));
    }

    /** A handler's answer to a preflight request, with the fields allowed in which keys come (S26). */
    public Response preflight(Response response) {
        return response.withHeaders(cors.preflight(response.headers(), requestFields));
    }

    Decision begin(Operation operation) {
        return engine.apply(operation);
    }

    InstantSource clock() {
        return clock;
    }
}
