package dev.reprise.gateway.config;

import dev.reprise.OperationPolicy;
import dev.reprise.console.text.Choice;
import dev.reprise.http.DerivedKeys;
import dev.reprise.http.Fingerprinting;
import dev.reprise.http.IssuedKeys;
import dev.reprise.http.KeyIssuer;
import dev.reprise.http.KeyLocation;
import dev.reprise.http.Profile;
import dev.reprise.http.RequestPart;
import dev.reprise.http.Route;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes a route of what was said about it, with everything filled in that was not.
 *
 * @param said what was said about it, and below that what was said about all
 * @param behind the service behind it if nothing else is said; null if there is none
 * @param issuer makes the keys that the gateway issues; null if it cannot
 * @param callers by what they are known
 */
record RouteCompletion(
        Layers<RouteSettings> said,
        @Nullable Origin behind,
        @Nullable KeyIssuer issuer,
        CallerNames callers) {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    /** For connecting, and for what the store takes. */
    private static final Duration BESIDE_TIMEOUT = Duration.ofMinutes(1);

    /** @throws ConfigException if something necessary is missing, or something contradicts itself */
    GatewayRoute route() {
        String path = said.first(s -> s.path);
        if (path == null) {
            String name = said.first(s -> s.name);
            throw new ConfigException(
                    (name == null ? "A route" : "The route " + name) + " has no path; write one, as in path: /v1/**");
        }
        Origin service = said.first(s -> s.upstream);
        Origin upstream = service == null ? behind : service;
        if (upstream == null) {
            throw new ConfigException("The route " + path + " has no upstream; give it one, or the gateway");
        }
        try {
            Route route = route(path);
            return new GatewayRoute(route, upstream, timeout(), replayBody(), reconciling(route));
        } catch (IllegalArgumentException e) {
            throw new ConfigException("In the route " + path + ": " + e.getMessage(), e);
        }
    }

    private Route route(String path) {
        Route usual = Route.of(path).withProfile(said.first(s -> s.profile, Profile.IETF));
        return usual.withName(said.first(s -> s.name, path))
                .withReading(PathSettings.complete(said.section(s -> s.servicePaths)))
                .withMethods(methods(said.first(s -> s.methods, usual.methods())))
                .withKeyLocations(said.first(s -> s.keySources, List.of()).toArray(KeyLocation[]::new))
                .withKeyRequired(said.first(s -> s.requireKey, usual.keyRequired()))
                .withScope(scope(usual))
                .withFingerprints(fingerprints(usual))
                .withPolicy(policy(usual.policy()))
                .withMaxRequestBody(said.first(s -> s.maxRequestBody, new Size(usual.maxRequestBody()))
                        .bytes())
                .withMaxResponseBody(maxResponseBody(usual))
                .withUnrecordedFields(said.first(s -> s.unrecordedFields, usual.unrecordedFields()))
                .withUnrecordedMembers(unrecordedMembers(usual))
                .withEffects(EffectSettings.complete(said.section(s -> s.effects), usual.effects()))
                .withIssuedKeys(issuedKeys())
                .withDerivedKeys(derivedKeys());
    }

    /** People write methods in lower case as well, which HTTP tells apart and nobody means. */
    private static Set<String> methods(Set<String> written) {
        return written.stream().map(method -> method.toUpperCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
    }

    private OperationPolicy policy(OperationPolicy usual) {
        return usual.withLease(said.first(s -> s.lease, usual.lease()))
                .withMaxRunTime(maxRunTime(usual.maxRunTime()))
                .withRetention(said.first(s -> s.retention, usual.retention()))
                .withMaxWait(said.first(s -> s.maxWait, usual.maxWait()))
                .withUncertain(said.first(s -> s.uncertain, usual.uncertain()))
                .withDuplicates(said.first(s -> s.duplicates, usual.duplicates()))
                .withStoreFailure(said.first(s -> s.storeFailure, usual.storeFailure()));
    }

    private ReplayBody replayBody() {
        return said.first(s -> s.replayBody, ReplayBody.RECORDED);
    }

    private int maxResponseBody(Route usual) {
        if (replayBody() == ReplayBody.RECORDED) {
            return said.first(s -> s.maxResponseBody, new Size(usual.maxResponseBody()))
                    .bytes();
        }
        if (said.first(s -> s.maxResponseBody) != null) {
            throw meaningless("max-response-body");
        }
        return 0;
    }

    private Set<String> unrecordedMembers(Route usual) {
        Set<String> members = said.first(s -> s.unrecordedMembers, usual.unrecordedMembers());
        if (replayBody() != ReplayBody.RECORDED && !members.isEmpty()) {
            throw meaningless("unrecorded-members");
        }
        return members;
    }

    private IllegalArgumentException meaningless(String aboutRecordedBodies) {
        return new IllegalArgumentException("replay-body: " + Choice.written(replayBody())
                + " records no bodies, so that " + aboutRecordedBodies + " has no meaning; leave one of them out");
    }

    private Duration timeout() {
        return said.first(s -> s.timeout, TIMEOUT);
    }

    /** A request that may go on must not be taken for lost. */
    private Duration maxRunTime(Duration usual) {
        Duration chosen = said.first(s -> s.maxRunTime);
        if (chosen != null && chosen.compareTo(timeout()) <= 0) {
            throw new IllegalArgumentException("max-run-time has to be longer than timeout, which is "
                    + timeout().toSeconds() + " s");
        }
        Duration least = timeout().plus(BESIDE_TIMEOUT);
        return chosen != null ? chosen : usual.compareTo(least) < 0 ? least : usual;
    }

    private @Nullable Reconciling reconciling(Route route) {
        ReconcileSettings reconcile = said.first(s -> s.reconcile);
        if (reconcile == null) {
            return null;
        }
        if (route.policy().uncertain() == OperationPolicy.Uncertain.RERUN) {
            throw new IllegalArgumentException(
                    "reconcile is about outcomes that are unknown, and uncertain: rerun executes those again; "
                            + "leave one of them out");
        }
        if (!reconcile.request().isClearTo(route.reading())) {
            throw new IllegalArgumentException("reconcile: the path of " + reconcile.request()
                    + " can be read in more than one way; say how the service reads it with service-paths");
        }
        return reconcile.complete(timeout(), callers, route.issuedKeys() != null);
    }

    private RequestPart[] scope(Route usual) {
        List<ScopePart> scope = said.first(s -> s.scope);
        return (scope == null
                        ? usual.scope().stream()
                        : scope.stream().map(ScopePart::part).filter(Objects::nonNull))
                .toArray(RequestPart[]::new);
    }

    private @Nullable DerivedKeys derivedKeys() {
        DerivedKeySettings derived = said.first(s -> s.derivedKeys);
        return derived == null ? null : derived.complete();
    }

    private Fingerprinting[] fingerprints(Route usual) {
        FingerprintSettings now = said.first(s -> s.fingerprint);
        List<FingerprintSettings> former = said.first(s -> s.formerFingerprints, List.of());
        return Stream.concat(
                        Stream.of(now == null ? usual.fingerprints().get(0) : now.complete()),
                        former.stream().map(FingerprintSettings::complete))
                .toArray(Fingerprinting[]::new);
    }

    private @Nullable IssuedKeys issuedKeys() {
        String endpoint = said.first(s -> s.issueKeysAt);
        if (endpoint == null) {
            return null;
        }
        if (issuer == null) {
            throw new IllegalArgumentException("issue-keys-at needs the section issued-keys with a secret");
        }
        return new IssuedKeys(endpoint, issuer);
    }
}
