package dev.reprise.gateway.config;

import dev.reprise.OperationPolicy;
import dev.reprise.Scope;
import dev.reprise.http.Fingerprinting;
import dev.reprise.http.IssuedKeys;
import dev.reprise.http.KeyIssuer;
import dev.reprise.http.KeyLocation;
import dev.reprise.http.PathPattern;
import dev.reprise.http.Profile;
import dev.reprise.http.Route;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What somebody said about a route; null is what was not said.
 *
 * @param path which paths belong to it, as {@link PathPattern} describes
 * @param servicePaths how its service reads paths
 * @param name what keys are scoped by. Default: the path
 * @param upstream the service behind it
 * @param timeout how long the service may take to answer
 * @param methods the protected methods
 * @param profile the dialect in which it speaks of keys
 * @param keySources where keys are
 * @param requireKey whether requests without a key are refused
 * @param issueKeysAt the path at which the gateway issues the keys of the route
 * @param fingerprint what counts when requests are compared
 * @param formerFingerprints what counted before a change
 * @param maxWait how long a duplicate waits for the first request
 * @param retention how long a finished record is kept
 * @param lease how long a crashed gateway blocks a retry
 * @param maxRunTime how long the lease of one request is renewed
 * @param uncertain what happens when nobody can tell the outcome
 * @param reconcile how the service is asked what became of an operation whose outcome is unknown
 * @param duplicates what retries of finished operations get
 * @param storeFailure what happens while the store does not answer
 * @param effects what answers say about the effect
 * @param maxRequestBody the longest request body
 * @param maxResponseBody the longest response body that is recorded
 */
public record RouteSettings(
        @Nullable String path,
        @Nullable PathSettings servicePaths,
        @Nullable String name,
        @Nullable Origin upstream,
        @Nullable Duration timeout,
        @Nullable Set<String> methods,
        @Nullable Profile profile,
        @Nullable List<KeyLocation> keySources,
        @Nullable Boolean requireKey,
        @Nullable String issueKeysAt,
        @Nullable FingerprintSettings fingerprint,
        @Nullable List<FingerprintSettings> formerFingerprints,
        @Nullable Duration maxWait,
        @Nullable Duration retention,
        @Nullable Duration lease,
        @Nullable Duration maxRunTime,
        OperationPolicy.@Nullable Uncertain uncertain,
        @Nullable ReconcileSettings reconcile,
        OperationPolicy.@Nullable Duplicates duplicates,
        OperationPolicy.@Nullable StoreFailure storeFailure,
        @Nullable EffectSettings effects,
        @Nullable Size maxRequestBody,
        @Nullable Size maxResponseBody) {
    /** Nothing said. */
    public static final RouteSettings NONE = new RouteSettings(null, null);

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    /** For connecting, and for what the store takes. */
    private static final Duration BESIDE_TIMEOUT = Duration.ofMinutes(1);

    /** @throws IllegalArgumentException if something cannot be right, whatever the rest says */
    public RouteSettings {
        if (path != null) {
            new PathPattern(path);
        }
        if (name != null) {
            new Scope("", name);
        }
        if (methods != null) {
            methods = methods.stream().map(RouteSettings::method).collect(Collectors.toUnmodifiableSet());
        }
        requirePositive("timeout", timeout);
        requirePositive("retention", retention);
        requirePositive("lease", lease);
        requirePositive("max-run-time", maxRunTime);
        requireAtMostADay("timeout", timeout);
        requireAtMostADay("max-wait", maxWait);
    }

    private RouteSettings(@Nullable String path, @Nullable Origin upstream) {
        this(
                path, null, null, upstream, null, null, null, null, null, null, null, null, null, null, null, null,
                null, null, null, null, null, null, null);
    }

    /** People write methods in lower case as well, which HTTP tells apart and nobody means. */
    private static String method(String written) {
        String method = written.toUpperCase(Locale.ROOT);
        if (!FieldName.isToken(method)) {
            throw new IllegalArgumentException('"' + written + "\" is not a method");
        }
        return method;
    }

    static void requirePositive(String setting, @Nullable Duration value) {
        if (value != null && (value.isZero() || value.isNegative())) {
            throw new IllegalArgumentException(setting + " has to be longer than 0");
        }
    }

    /** Requests and connections live that long, and timers count in milliseconds. */
    static void requireAtMostADay(String setting, @Nullable Duration value) {
        if (value != null && value.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException(setting + " is at most 24h");
        }
    }

    /** Nothing said but the path. */
    public static RouteSettings ofPath(String path) {
        return new RouteSettings(path, null);
    }

    /** Nothing said but the service behind it. */
    static RouteSettings ofUpstream(@Nullable Origin upstream) {
        return new RouteSettings(null, upstream);
    }

    /** These settings, and those of the others where nothing is said here. */
    public RouteSettings orElse(RouteSettings others) {
        return new RouteSettings(
                either(path, others.path),
                orElse(servicePaths, others.servicePaths),
                either(name, others.name),
                either(upstream, others.upstream),
                either(timeout, others.timeout),
                either(methods, others.methods),
                either(profile, others.profile),
                either(keySources, others.keySources),
                either(requireKey, others.requireKey),
                either(issueKeysAt, others.issueKeysAt),
                either(fingerprint, others.fingerprint),
                either(formerFingerprints, others.formerFingerprints),
                either(maxWait, others.maxWait),
                either(retention, others.retention),
                either(lease, others.lease),
                either(maxRunTime, others.maxRunTime),
                either(uncertain, others.uncertain),
                either(reconcile, others.reconcile),
                either(duplicates, others.duplicates),
                either(storeFailure, others.storeFailure),
                orElse(effects, others.effects),
                either(maxRequestBody, others.maxRequestBody),
                either(maxResponseBody, others.maxResponseBody));
    }

    private static @Nullable PathSettings orElse(@Nullable PathSettings said, @Nullable PathSettings otherwise) {
        return said == null || otherwise == null ? either(said, otherwise) : said.orElse(otherwise);
    }

    private static @Nullable EffectSettings orElse(@Nullable EffectSettings said, @Nullable EffectSettings otherwise) {
        return said == null || otherwise == null ? either(said, otherwise) : said.orElse(otherwise);
    }

    static <T> @Nullable T either(@Nullable T first, @Nullable T second) {
        return first != null ? first : second;
    }

    /**
     * The route with everything that was not said filled in.
     *
     * @param issuer makes the keys that the gateway issues
     * @param callers by what they are known
     */
    GatewayRoute complete(@Nullable KeyIssuer issuer, CallerNames callers) {
        if (path == null) {
            throw new ConfigException(
                    (name == null ? "A route" : "The route " + name) + " has no path; write one, as in path: /v1/**");
        }
        if (upstream == null) {
            throw new ConfigException("The route " + path + " has no upstream; give it one, or the gateway");
        }
        try {
            Route route = route(path, issuer);
            return new GatewayRoute(route, upstream, completeTimeout(), reconciling(route, callers));
        } catch (IllegalArgumentException e) {
            throw new ConfigException("In the route " + path + ": " + e.getMessage(), e);
        }
    }

    private Route route(String pattern, @Nullable KeyIssuer issuer) {
        Route usual = Route.of(pattern).withProfile(profile == null ? Profile.IETF : profile);
        return usual.withName(name == null ? pattern : name)
                .withReading((servicePaths == null ? PathSettings.NONE : servicePaths).complete())
                .withMethods(methods == null ? usual.methods() : methods)
                .withKeySources(keySources == null ? new KeyLocation[0] : keySources.toArray(KeyLocation[]::new))
                .withKeyRequired(requireKey == null ? usual.keyRequired() : requireKey)
                .withFingerprints(fingerprints())
                .withPolicy(policy(usual.policy()))
                .withMaxRequestBody(maxRequestBody == null ? usual.maxRequestBody() : maxRequestBody.bytes())
                .withMaxResponseBody(maxResponseBody == null ? usual.maxResponseBody() : maxResponseBody.bytes())
                .withEffects(effects == null ? usual.effects() : effects.complete(usual.effects()))
                .withIssuedKeys(issuedKeys(issuer));
    }

    private OperationPolicy policy(OperationPolicy usual) {
        return usual.withLease(lease == null ? usual.lease() : lease)
                .withMaxRunTime(completeRunTime(usual.maxRunTime()))
                .withRetention(retention == null ? usual.retention() : retention)
                .withMaxWait(maxWait == null ? usual.maxWait() : maxWait)
                .withUncertain(uncertain == null ? usual.uncertain() : uncertain)
                .withDuplicates(duplicates == null ? usual.duplicates() : duplicates)
                .withStoreFailure(storeFailure == null ? usual.storeFailure() : storeFailure);
    }

    private Duration completeTimeout() {
        return timeout == null ? TIMEOUT : timeout;
    }

    /** A request that may go on must not be taken for lost. */
    private Duration completeRunTime(Duration usual) {
        Duration least = completeTimeout().plus(BESIDE_TIMEOUT);
        if (maxRunTime != null && maxRunTime.compareTo(completeTimeout()) <= 0) {
            throw new IllegalArgumentException("max-run-time has to be longer than timeout, which is "
                    + completeTimeout().toSeconds() + " s");
        }
        return maxRunTime != null ? maxRunTime : usual.compareTo(least) < 0 ? least : usual;
    }

    private @Nullable Reconciling reconciling(Route route, CallerNames callers) {
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
        return reconcile.complete(completeTimeout(), callers, route.issuedKeys() != null);
    }

    private Fingerprinting[] fingerprints() {
        List<Fingerprinting> all = new ArrayList<>();
        all.add(fingerprint == null ? Fingerprinting.RAW : fingerprint.complete());
        if (formerFingerprints != null) {
            formerFingerprints.forEach(former -> all.add(former.complete()));
        }
        return all.toArray(Fingerprinting[]::new);
    }

    private @Nullable IssuedKeys issuedKeys(@Nullable KeyIssuer issuer) {
        if (issueKeysAt == null) {
            return null;
        }
        if (issuer == null) {
            throw new IllegalArgumentException("issue-keys-at needs the section issued-keys with a secret");
        }
        return new IssuedKeys(issueKeysAt, issuer);
    }
}
