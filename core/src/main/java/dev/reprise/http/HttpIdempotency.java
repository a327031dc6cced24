package dev.reprise.http;

import dev.reprise.Headers;
import dev.reprise.IdempotencyEngine;
import dev.reprise.OperationId;
import dev.reprise.OperationPolicy;
import dev.reprise.Reconciler;
import dev.reprise.Response;
import dev.reprise.TransactionalEngine;
import dev.reprise.resumable.ResumableEngine;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The steps of a protected HTTP request, in one place for all adapters. An adapter shows the request, runs the
 * handler, and writes the answer.
 *
 * <ol>
 *   <li>{@link #admit} looks at the head: most requests pass through, malformed keys are refused.
 *   <li>The adapter authenticates the caller, unless that is done (S13), and reads the body. If the body is cut short,
 *       the request ends here and nothing is recorded (S20).
 *   <li>{@link ProtectedRequest#begin} claims the operation, or returns the replay or refusal.
 *   <li>The adapter runs the handler, captures its response, and calls one method of {@link HttpExecution}. That
 *       returns what may go out, after the record is durable (S19).
 * </ol>
 *
 * <p>Immutable and thread-safe. Looking at a head does not block; beginning and finishing an operation do, unless the
 * adapter calls the methods that are named for it, on an event loop.
 */
public final class HttpIdempotency {
    private final BackingEngine engine;
    private final List<Protection> protections;
    private final Cors cors;
    private final List<String> keyFields;
    private final String requestFields;
    private final String responseFields;
    private final InstantSource clock;
    private final HttpNames names;
    private final @Nullable RequestPath policyAt;
    private final Response policy;

    /**
     * For an engine with the leased guarantee.
     *
     * @param routes the first one that matches a path applies; paths without a route pass through
     */
    public HttpIdempotency(IdempotencyEngine engine, List<Route> routes, HttpNames names, Cors cors) {
        this(engine, routes, names, cors, InstantSource.system());
    }

    /**
     * For an engine with the transactional guarantee. The handler finds its transaction in
     * {@link HttpExecution#execution}, a {@link dev.reprise.TransactionalExecution}.
     *
     * @param routes the first one that matches a path applies; paths without a route pass through
     */
    public HttpIdempotency(TransactionalEngine<?> engine, List<Route> routes, HttpNames names, Cors cors) {
        this(new BackingEngine.Transactional(engine), routes, names, cors, InstantSource.system());
    }

    /**
     * For an engine with the resumable guarantee. The handler finds in {@link HttpExecution#execution} a {@link
     * dev.reprise.resumable.ResumableExecution}, by which it runs the operation (P11).
     *
     * @param routes the first one that matches a path applies; paths without a route pass through
     * @throws IllegalArgumentException if a route keeps members from records, which such operations do not
     */
    public HttpIdempotency(ResumableEngine<?> engine, List<Route> routes, HttpNames names, Cors cors) {
        this(new BackingEngine.InSteps(engine), routes, names, cors, InstantSource.system());
    }

    /**
     * With a given clock for issued keys and times of first sending. Leases and retention follow the store's (S28).
     */
    public HttpIdempotency(
            IdempotencyEngine engine, List<Route> routes, HttpNames names, Cors cors, InstantSource clock) {
        this(new BackingEngine.Leased(engine), routes, names, cors, clock);
    }

    private HttpIdempotency(BackingEngine engine, List<Route> routes, HttpNames names, Cors cors, InstantSource clock) {
        for (Route route : routes) {
            if (route.answersAt() != null && !engine.goesOnByItself()) {
                throw new IllegalArgumentException(
                        "Route " + route.name()
                                + " has answersAt, and its operations end with their callers; only those of a ResumableEngine go on");
            }
            if (!route.unrecordedMembers().isEmpty() && engine.goesOnByItself()) {
                throw new IllegalArgumentException("Route " + route.name()
                        + " has unrecordedMembers, and operations of several steps record results and answers themselves,"
                        + " as they are; keep secrets out of those, or choose another engine for the route");
            }
        }
        SecureRandom random = new SecureRandom();
        this.engine = engine;
        this.protections = routes.stream()
                .map(route -> new Protection(
                        route, names, cors, random, engine.reconciler().orElse(null)))
                .toList();
        this.cors = cors;
        this.keyFields = Stream.concat(
                        Stream.of(names.key()), protections.stream().flatMap(Protection::keyFields))
                .distinct()
                .toList();
        this.requestFields = Stream.concat(
                        Stream.of(names.key()), protections.stream().flatMap(Protection::requestFields))
                .distinct()
                .collect(Collectors.joining(", "));
        this.responseFields = protections.stream()
                .flatMap(Protection::responseFields)
                .distinct()
                .collect(Collectors.joining(", "));
        this.clock = clock;
        this.names = names;
        this.policyAt = names.policyAt() == null ? null : RequestPath.sent(names.policyAt());
        this.policy = PolicyDocument.of(protections, names);
    }

    /** Decides by the head alone: pass through, refuse, or read the body. */
    public Next admit(RequestView request) {
        RequestPath path = request.dispatchPath();
        if (policyAt != null && path.equals(policyAt) && request.method().equals("GET")) {
            return new Next.Respond(policy);
        }
        for (Protection protection : protections) {
            if (protection.issuesAt(path) && request.method().equals("POST")) {
                return new Next.ReadBody(new KeyRequest(this, request, protection));
            }
            LaterAnswers later = protection.later();
            if (later != null && later.isAt(path) && request.method().equals("GET")) {
                return new Next.ReadBody(new LaterRequest(this, request, protection, later));
            }
        }
        @Nullable List<Protection> unclear = null;
        for (Protection protection : protections) {
            PathMatcher.Match match = protection.paths().match(path);
            if (match == PathMatcher.Match.YES && unclear == null) {
                return admit(request, protection);
            }
            if (match != PathMatcher.Match.NO) {
                unclear = unclear == null ? new ArrayList<>() : unclear;
                unclear.add(protection);
            }
            if (match == PathMatcher.Match.YES) {
                break;
            }
        }
        return unclear == null ? passThrough(request, null) : admitUnclear(request, path, unclear);
    }

    /** Refuses a request if one of the routes that it may belong to protects it; the others mean no harm. */
    private Next admitUnclear(RequestView request, RequestPath path, List<Protection> candidates) {
        for (Protection protection : candidates) {
            if (protection.protects(request.method())) {
                return respond(
                        request,
                        protection,
                        ProblemType.AMBIGUOUS_PATH.refusal(
                                "One of the ways in which this path can be read is an endpoint "
                                        + "that is protected, so nothing was executed. Send it without encoded slashes, "
                                        + "backslashes, dot segments, empty segments, parameters and unusual escapes."));
            }
        }
        return passThrough(
                request,
                candidates.stream()
                        .filter(protection -> protection.paths().matchesLiterally(path))
                        .findFirst()
                        .orElse(null));
    }

    private Next admit(RequestView request, Protection protection) {
        if (protection.protects(request.method())) {
            return admitProtected(request, protection);
        }
        return protection.route().methods().isEmpty() || Route.SAFE_METHODS.contains(request.method())
                ? passThrough(request, protection)
                : protection
                        .dialect()
                        .checkUnprotected(request)
                        .map(refusal -> respond(request, protection, refusal))
                        .orElseGet(() -> passThrough(request, protection));
    }

    private Next passThrough(RequestView request, @Nullable Protection protection) {
        return new Next.PassThrough(
                protection == null ? null : protection.route(),
                !Route.SAFE_METHODS.contains(request.method()) && hasKey(request));
    }

    private boolean hasKey(RequestView request) {
        for (String field : keyFields) {
            if (!request.header(field).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    private Next admitProtected(RequestView request, Protection protection) {
        KeyField field = protection.keys().inHead(request);
        if (field instanceof KeyField.Malformed malformed) {
            return respond(request, protection, ProblemType.INVALID_KEY.refusal(malformed.detail()));
        }
        boolean keyed = field instanceof KeyField.Present;
        Optional<ProblemDetails> wrong = protection.dialect().check(request, keyed, protection.route(), clock);
        if (wrong.isPresent()) {
            return respond(request, protection, wrong.get());
        }
        if (keyed
                || protection.keys().mayBeInBody(request)
                || protection.route().derivedKeys() != null) {
            return new Next.ReadBody(new OperationRequest(this, request, protection, field));
        }
        return protection.route().keyRequired()
                ? respond(request, protection, protection.missingKey())
                : new Next.PassThrough(protection.route(), false);
    }

    private static Next respond(RequestView request, Protection protection, ProblemDetails refusal) {
        return new Next.Respond(protection.refuse(request, refusal, null));
    }

    /**
     * An adapter's own answer to a request that is not protected, in the dialect of the route nearest to it: its clients
     * understand no other one.
     */
    public Response refuse(RequestView request, ProblemDetails refusal) {
        Protection nearest = null;
        int nearness = -1;
        RequestPath path = request.dispatchPath();
        for (Protection protection : protections) {
            int found = protection.paths().sharedSegments(path);
            if (found > nearness) {
                nearest = protection;
                nearness = found;
            }
        }
        return nearest == null ? refusal.document() : nearest.refuse(request, refusal, null);
    }

    /** An adapter's own answer to what cannot be read as a request, in the dialect of the first route. */
    public Response refuseUnread(ProblemDetails refusal) {
        return protections.isEmpty()
                ? refusal.document()
                : protections.get(0).dialect().refusal(refusal, null);
    }

    /** What a handler's answer says in addition, whose request had a key and was not protected. */
    public Headers keyIgnored() {
        return names.ignored() == null ? Headers.EMPTY : Headers.of(names.ignored(), "ignored");
    }

    /** A handler's answer to a preflight request, which also allows the key fields (S26). */
    public Response preflight(Response response) {
        return response.withHeaders(cors.preflight(response.headers(), requestFields));
    }

    /** What somebody further out has set on an answer before it is made, which also exposes the fields that are added (S26). */
    public Response exposing(Response response) {
        return response.withHeaders(cors.exposing(response.headers(), responseFields));
    }

    /** Has the reconcilers of these routes asked about single operations for whoever wants to know now (S33). */
    public Reconciler.OnDemand reconciling() {
        return engine.reconciling(this::policyOf);
    }

    /** Routes of one name may have services of their own, and the wrong one would say that it did not happen. */
    private Optional<OperationPolicy> policyOf(OperationId id) {
        List<Protection> named = protections.stream()
                .filter(protection ->
                        protection.route().name().equals(id.scope().endpoint()))
                .toList();
        return named.size() == 1 ? Optional.of(named.getFirst().policy()) : Optional.empty();
    }

    BackingEngine engine() {
        return engine;
    }

    InstantSource clock() {
        return clock;
    }
}
