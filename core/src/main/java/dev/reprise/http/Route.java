package dev.reprise.http;

import dev.reprise.OperationPolicy;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How requests to some endpoints are protected. Immutable. Start from {@link #of} and change what differs.
 *
 * @param name what keys are scoped by; changing it makes every key new. Default: the pattern's text
 * @param pattern which paths belong to it
 * @param reading how its service reads paths
 * @param methods which methods are protected; others pass through untouched (S5), and so does everything when empty
 * @param profile its dialect
 * @param keyLocations all places where the key may be (S3); if empty, the profile decides
 * @param keyRequired whether a protected request without a key is refused (S4) or passes through
 * @param scope what keys are scoped by besides their caller and the route's name, so that one key in two of these is two
 *     operations. Default: nothing
 * @param derivedKeys makes keys for requests without one; null if they pass through
 * @param issuedKeys issues the keys (S6); null for keys that callers make
 * @param answersAt the path at which callers ask for answers that they have not waited for, and say so by {@code Prefer:
 *     respond-async} (P11); null if they all wait
 * @param fingerprints what counts when requests are compared (S11): the first by which new records are made, and behind it
 *     past ones, by which records made before a change are still compared
 * @param policy how its operations are treated
 * @param maxRequestBody the longest request body in bytes; longer ones are refused
 * @param maxResponseBody the longest response body in bytes that is recorded; of a longer one the record keeps all but
 *     the body (S21)
 * @param unrecordedFields names of response fields and trailers, in whatever case, that no record keeps and no replay has, such as
 *     credentials (S18); operations of several steps make the answer that is recorded themselves (P11), and keep theirs
 * @param unrecordedMembers the members of JSON answers whose values no record keeps and no replay has (S18), by JSON Pointers (RFC
 *     6901) in which {@code *} also stands for each element of an array, as in {@code /cards/*}{@code /number}. In records they have the
 *     empty value of their type; a body in which they cannot be looked for is not recorded. Not for operations of several steps
 * @param effects what the handler's answers say about its effect (S14, S15)
 */
public record Route(
        String name,
        PathPattern pattern,
        PathReading reading,
        Set<String> methods,
        Profile profile,
        List<KeyLocation> keyLocations,
        boolean keyRequired,
        List<RequestPart> scope,
        @Nullable DerivedKeys derivedKeys,
        @Nullable IssuedKeys issuedKeys,
        @Nullable String answersAt,
        List<Fingerprinting> fingerprints,
        OperationPolicy policy,
        int maxRequestBody,
        int maxResponseBody,
        Set<String> unrecordedFields,
        Set<String> unrecordedMembers,
        Effects effects) {
    static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD", "OPTIONS", "TRACE");
    private static final int MEBIBYTE = 1 << 20;

    /**
     * A route with the usual protection: POST and PATCH, key optional and in the header, the whole request compared,
     * bodies up to 1 MiB, answers taken as {@link Effects#DEFAULT} says, and paths read as {@link PathReading#DEFAULT} says.
     */
    public static Route of(String pattern) {
        return new Route(
                pattern,
                new PathPattern(pattern),
                PathReading.DEFAULT,
                Set.of("POST", "PATCH"),
                Profile.IETF,
                List.of(),
                false,
                List.of(),
                null,
                null,
                null,
                List.of(Fingerprinting.RAW),
                OperationPolicy.DEFAULT,
                MEBIBYTE,
                MEBIBYTE,
                Set.of(),
                Set.of(),
                Profile.IETF.effects());
    }

    /**
     * @throws IllegalArgumentException if a method is safe, a limit is negative, there is no fingerprint, a member is named by what is
     *     no JSON Pointer, or an issued key would outlive the record of its operation
     */
    public Route {
        methods = Set.copyOf(methods);
        keyLocations = List.copyOf(keyLocations);
        fingerprints = List.copyOf(fingerprints);
        scope = List.copyOf(scope);
        unrecordedFields = unrecordedFields.stream()
                .map(field -> field.toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
        unrecordedMembers = Set.copyOf(unrecordedMembers);
        unrecordedMembers.forEach(MemberPaths::requirePointer);
        for (String method : methods) {
            if (SAFE_METHODS.contains(method.toUpperCase(Locale.ROOT))) {
                throw new IllegalArgumentException(
                        "Route " + name + " protects " + method + ", which is safe to repeat by definition");
            }
        }
        if (maxRequestBody < 0 || maxResponseBody < 0) {
            throw new IllegalArgumentException("Route " + name + " has a negative limit on bodies");
        }
        if (fingerprints.isEmpty()) {
            throw new IllegalArgumentException("Route " + name + " compares nothing; give it a fingerprint");
        }
        if (answersAt != null
                && (!answersAt.startsWith("/") || answersAt.indexOf('?') >= 0 || answersAt.indexOf('{') >= 0)) {
            throw new IllegalArgumentException(
                    "Answers are asked for at one path, as in /v1/rides/answers, and not at " + answersAt);
        }
        if (answersAt != null && !scope.isEmpty()) {
            throw new IllegalArgumentException("Route " + name
                    + " has answersAt, where nothing but a key is known, and a scope; leave one of them out");
        }
        if (derivedKeys != null && keyRequired) {
            throw new IllegalArgumentException("Route " + name
                    + " refuses requests without a key, so it has none to derive keys for; leave one of the two out");
        }
        if (issuedKeys != null && issuedKeys.issuer().validity().compareTo(policy.retention()) > 0) {
            throw new IllegalArgumentException("Route " + name + " keeps records for "
                    + policy.retention().toSeconds() + " s, and its issued keys are valid for "
                    + issuedKeys.issuer().validity().toSeconds()
                    + " s, so that one could be executed twice; shorten the validity or lengthen the retention");
        }
    }

    /** Whether every path of the other route belongs to this one. */
    public boolean covers(Route other) {
        String text = other.pattern.text();
        boolean open = text.endsWith("/" + PathPattern.REST);
        // A pattern matches the text of whatever it covers.
        String narrowest = open ? text.substring(0, text.length() - PathPattern.REST.length() - 1) : text;
        return (!open || pattern.text().endsWith(PathPattern.REST))
                && new PathMatcher(pattern, reading).matchesLiterally(RequestPath.sent(narrowest));
    }

    /** This route for a service that reads paths in another way. */
    public Route withReading(PathReading changed) {
        return with(draft -> draft.reading = changed);
    }

    /** This route under another name. */
    public Route withName(String changed) {
        return with(draft -> draft.name = changed);
    }

    /** This route with other protected methods; none turns the protection off. */
    public Route withMethods(Set<String> changed) {
        return with(draft -> draft.methods = changed);
    }

    /**
     * This route in another dialect, with {@linkplain Profile#effects its} meaning of answers, its {@linkplain Profile#maxWait
     * patience} unless another one was chosen before, and what else it demands.
     */
    public Route withProfile(Profile changed) {
        return changed.on(with(draft -> {
            draft.profile = changed;
            draft.effects = changed.effects();
            if (policy.maxWait().equals(profile.maxWait())) {
                draft.policy = policy.withMaxWait(changed.maxWait());
            }
        }));
    }

    /** This route with keys in other places. */
    public Route withKeyLocations(KeyLocation... changed) {
        return with(draft -> draft.keyLocations = List.of(changed));
    }

    /** This route with a key required or not. */
    public Route withKeyRequired(boolean changed) {
        return with(draft -> draft.keyRequired = changed);
    }

    /** This route with keys that are scoped by these parts of requests, besides their caller and the route. */
    public Route withScope(RequestPart... changed) {
        return with(draft -> draft.scope = List.of(changed));
    }

    /** This route with keys for requests that have none, or without. */
    public Route withDerivedKeys(@Nullable DerivedKeys changed) {
        return with(draft -> draft.derivedKeys = changed);
    }

    /** This route with keys that the server issues, or with keys that callers make. */
    public Route withIssuedKeys(@Nullable IssuedKeys changed) {
        return with(draft -> draft.issuedKeys = changed);
    }

    /** This route with a path at which callers ask for answers that they have not waited for, or with none. */
    public Route withAnswersAt(@Nullable String changed) {
        return with(draft -> draft.answersAt = changed);
    }

    /** This route with other fingerprints: that of new records, and those of records made before a change. */
    public Route withFingerprints(Fingerprinting... changed) {
        return with(draft -> draft.fingerprints = List.of(changed));
    }

    /** This route with another policy for its operations. */
    public Route withPolicy(OperationPolicy changed) {
        return with(draft -> draft.policy = changed);
    }

    /** This route with another limit on request bodies, in bytes. */
    public Route withMaxRequestBody(int changed) {
        return with(draft -> draft.maxRequestBody = changed);
    }

    /** This route with another limit on recorded response bodies, in bytes. */
    public Route withMaxResponseBody(int changed) {
        return with(draft -> draft.maxResponseBody = changed);
    }

    /** This route with other response fields that are never recorded. */
    public Route withUnrecordedFields(Set<String> changed) {
        return with(draft -> draft.unrecordedFields = changed);
    }

    /** This route with other members of JSON answers that are never recorded. */
    public Route withUnrecordedMembers(Set<String> changed) {
        return with(draft -> draft.unrecordedMembers = changed);
    }

    /** This route with another meaning of its handler's answers. */
    public Route withEffects(Effects changed) {
        return with(draft -> draft.effects = changed);
    }

    private Route with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.route();
    }

    /** A route while it is changed. */
    private static final class Draft {
        private String name;
        private final PathPattern pattern;
        private PathReading reading;
        private Set<String> methods;
        private Profile profile;
        private List<KeyLocation> keyLocations;
        private boolean keyRequired;
        private List<RequestPart> scope;
        private @Nullable DerivedKeys derivedKeys;
        private @Nullable IssuedKeys issuedKeys;
        private @Nullable String answersAt;
        private List<Fingerprinting> fingerprints;
        private OperationPolicy policy;
        private int maxRequestBody;
        private int maxResponseBody;
        private Set<String> unrecordedFields;
        private Set<String> unrecordedMembers;
        private Effects effects;

        private Draft(Route route) {
            name = route.name;
            pattern = route.pattern;
            reading = route.reading;
            methods = route.methods;
            profile = route.profile;
            keyLocations = route.keyLocations;
            keyRequired = route.keyRequired;
            scope = route.scope;
            derivedKeys = route.derivedKeys;
            issuedKeys = route.issuedKeys;
            answersAt = route.answersAt;
            fingerprints = route.fingerprints;
            policy = route.policy;
            maxRequestBody = route.maxRequestBody;
            maxResponseBody = route.maxResponseBody;
            unrecordedFields = route.unrecordedFields;
            unrecordedMembers = route.unrecordedMembers;
            effects = route.effects;
        }

        private Route route() {
            return new Route(
                    name,
                    pattern,
                    reading,
                    methods,
                    profile,
                    keyLocations,
                    keyRequired,
                    scope,
                    derivedKeys,
                    issuedKeys,
                    answersAt,
                    fingerprints,
                    policy,
                    maxRequestBody,
                    maxResponseBody,
                    unrecordedFields,
                    unrecordedMembers,
                    effects);
        }
    }
}
