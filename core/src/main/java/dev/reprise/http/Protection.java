package dev.reprise.http;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationPolicy;
import dev.reprise.Reconciler;
import dev.reprise.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A route, and what follows from it for each of its requests and answers. Immutable and thread-safe. */
final class Protection {
    private final Route route;
    private final PathMatcher paths;
    private final @Nullable RequestPath issuing;
    private final @Nullable LaterAnswers later;
    private final HttpNames names;
    private final String described;
    private final Cors cors;
    private final ProfileRules dialect;
    private final KeyLookup keys;
    private final RequestParts parts;
    private final Fingerprinter fingerprinter;
    private final List<String> responseFields;
    private final String exposed;
    private final Unrecorded unrecorded;
    private final OperationPolicy policy;

    /** @param asked about unknown operations if the route names nobody; null if nobody is */
    Protection(Route route, HttpNames names, Cors cors, RandomGenerator random, @Nullable Reconciler asked) {
        this.route = route;
        this.paths = new PathMatcher(route.pattern(), route.reading());
        IssuedKeys issued = route.issuedKeys();
        this.issuing = issued == null ? null : RequestPath.sent(issued.endpoint());
        this.later = route.answersAt() == null ? null : new LaterAnswers(route.answersAt());
        this.names = names;
        this.described = "<" + names.documentation() + ">; rel=\"describedby\""
                + (names.policyAt() == null
                        ? ""
                        : ", <" + names.policyAt() + ">; rel=\"describedby\"; type=\"application/json\"");
        this.cors = cors;
        this.dialect = route.profile().dialect(random);
        dialect.requireFit(route);
        this.keys = new KeyLookup(
                route.keyLocations().isEmpty() ? List.of(route.profile().keyLocation(names)) : route.keyLocations(),
                dialect::parse,
                route.keyRequired(),
                route.maxRequestBody());
        this.parts = new RequestParts(paths, route.maxRequestBody());
        this.fingerprinter = new Fingerprinter(route.fingerprints().stream()
                .map(way -> way.withHeaders(dialect.fingerprinted()))
                .toList());
        List<String> added = new ArrayList<>(
                List.of(names.replayed(), HttpNames.RETENTION, HttpNames.BODY_OMITTED, HttpNames.SHOULD_RETRY));
        added.addAll(dialect.responseFields());
        if (later != null) {
            added.addAll(LaterAnswers.RESPONSE_FIELDS);
        }
        if (!route.unrecordedMembers().isEmpty()) {
            added.add(HttpNames.MEMBERS_OMITTED);
        }
        this.responseFields = List.copyOf(added);
        this.exposed = String.join(", ", added);
        this.unrecorded = new Unrecorded(route);
        this.policy = policy(asked);
    }

    /** Whoever is asked, what is found out becomes a record of the route. */
    private OperationPolicy policy(@Nullable Reconciler asked) {
        OperationPolicy chosen = route.policy();
        Reconciler reconciler = chosen.reconciler() == null ? asked : chosen.reconciler();
        return reconciler == null ? chosen : chosen.withReconciler(new FoundResponses(reconciler, dialect, unrecorded));
    }

    Route route() {
        return route;
    }

    /** How the route's operations are treated. */
    OperationPolicy policy() {
        return policy;
    }

    PathMatcher paths() {
        return paths;
    }

    boolean protects(String method) {
        return route.methods().contains(method);
    }

    /** Whether the request asks for a key (S6). */
    boolean issuesAt(RequestPath path) {
        return issuing != null && issuing.equals(path);
    }

    /** Where its callers ask for answers that they have not waited for; null if they all wait. */
    @Nullable
    LaterAnswers later() {
        return later;
    }

    ProfileRules dialect() {
        return dialect;
    }

    KeyLookup keys() {
        return keys;
    }

    RequestParts parts() {
        return parts;
    }

    Fingerprinter fingerprinter() {
        return fingerprinter;
    }

    /** The request fields in which keys are. */
    Stream<String> keyFields() {
        return keys.sources().stream()
                .filter(source -> source.place() == KeyLocation.Place.HEADER)
                .map(KeyLocation::name);
    }

    /** The request fields that browsers have to be allowed. */
    Stream<String> requestFields() {
        Stream<String> preference = later == null ? Stream.empty() : Stream.of(LaterAnswers.REQUEST_FIELD);
        return Stream.of(keyFields(), dialect.requestFields().stream(), preference)
                .flatMap(fields -> fields);
    }

    /** The response fields that are added, which browsers have to expose. */
    Stream<String> responseFields() {
        return responseFields.stream();
    }

    ProblemDetails missingKey() {
        IssuedKeys issued = route.issuedKeys();
        return ProblemType.MISSING_KEY.refusal("Send " + keys
                + (issued == null
                        ? " with a value that is unique to this operation"
                        : " with a key that POST " + issued.endpoint() + " has issued")
                + ", and the same value with every retry of it");
    }

    /** The handler's own response as a record keeps it. */
    Response recordable(Response response) {
        return unrecorded.recordable(response);
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
        Response replayed = recorded.body().isOmitted()
                ? recorded.withBody(Body.EMPTY).withHeaders(headers.with(HttpNames.BODY_OMITTED, "true"))
                : recorded.withHeaders(headers);
        return own(request, dialect.replayed(replayed));
    }

    Response refuse(RequestView request, ProblemDetails refusal, @Nullable IdempotencyKey key) {
        Response response = dialect.refusal(refusal, key);
        if (refusal.problem() == ProblemType.MISSING_KEY) {
            response = response.withHeaders(response.headers().with("Link", described));
        }
        return own(request, response);
    }

    /** An answer that no handler made. */
    Response own(RequestView request, Response response) {
        List<String> origin = request.header("Origin");
        return response.withHeaders(cors.own(response.headers(), origin.isEmpty() ? null : origin.get(0), exposed));
    }
}
