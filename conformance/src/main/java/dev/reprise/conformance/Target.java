package dev.reprise.conformance;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The endpoint to check, and what is known of it. The more is known, the more can be seen; only {@code uri},
 * {@code method} and {@code profile} are needed.
 *
 * @param method the unsafe method that is to happen once
 * @param fields sent with every request
 * @param credential the field that says who asks; null if nobody has to say
 * @param secondCredential the same for another caller, who may do the same (S12)
 * @param revokedCredential the same for somebody who may not (S13)
 * @param otherBody another acceptable body, for the same key (S9)
 * @param effects where to see how often something was executed; null to tell by the answers
 * @param keyHeader the field that carries the key
 * @param keyRequired whether requests without a key are to be refused (S4)
 * @param rejectsDuplicates whether finished operations are refused instead of replayed (S25)
 * @param slow makes the handler take half a second at least (S8)
 * @param refused gets a 4xx of the handler itself (S14)
 * @param failing gets a 5xx after the work was done (S15)
 * @param large gets a response that is too long to be recorded, or a stream (S21)
 * @param origin an origin that browsers may call from (S26)
 * @param retention the configured retention, if it is short enough to wait for (S23)
 * @param issuer where keys are to be fetched by POST (S6)
 * @param keyLifetime how long an issued key may be used, if that is short enough to wait for (S6)
 * @param unsupportedMethod an unsafe method for which keys are not supported here ({@code oasis})
 */
public record Target(
        URI uri,
        String method,
        Profile profile,
        @Nullable Payload body,
        List<Field> fields,
        @Nullable Field credential,
        @Nullable Field secondCredential,
        @Nullable Field revokedCredential,
        @Nullable Payload otherBody,
        @Nullable EffectQuery effects,
        String keyHeader,
        boolean keyRequired,
        boolean rejectsDuplicates,
        @Nullable RequestVariant slow,
        @Nullable RequestVariant refused,
        @Nullable RequestVariant failing,
        @Nullable RequestVariant large,
        @Nullable String origin,
        @Nullable Duration retention,
        @Nullable URI issuer,
        @Nullable Duration keyLifetime,
        @Nullable String unsupportedMethod) {
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS", "TRACE");

    /** @throws IllegalArgumentException if the settings do not fit together */
    public Target {
        requireHttp(uri);
        Objects.requireNonNull(profile);
        fields = List.copyOf(fields);
        if (SAFE.contains(method.toUpperCase(Locale.ROOT))) {
            throw new IllegalArgumentException(method + " is safe to repeat by itself; name a method such as POST");
        }
        if (credential == null && (secondCredential != null || revokedCredential != null)) {
            throw new IllegalArgumentException("A second or a revoked credential needs a first one");
        }
        requireOther(credential, secondCredential);
        requireOther(credential, revokedCredential);
        if (effects != null) {
            requireHttp(effects.uri());
        }
        if (issuer != null) {
            requireHttp(issuer);
        }
        if (retention != null && (retention.isZero() || retention.isNegative())) {
            throw new IllegalArgumentException("A retention is longer than nothing");
        }
        if (keyLifetime != null && (issuer == null || keyLifetime.isZero() || keyLifetime.isNegative())) {
            throw new IllegalArgumentException(
                    "The lifetime of issued keys is longer than nothing, and needs an issuer");
        }
    }

    /** Describes a target; everything that is not set stays unknown. */
    public static TargetBuilder at(URI uri) {
        return new TargetBuilder(uri);
    }

    /** The body for a request that is another one under the same key: the given one, or one that is derived. */
    public Optional<Payload> mismatchingBody() {
        if (otherBody != null) {
            return Optional.of(otherBody);
        }
        return body == null ? Optional.empty() : body.withSmallerNumber();
    }

    private static void requireHttp(URI uri) {
        String scheme = uri.getScheme();
        if (uri.getHost() == null || !("http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme))) {
            throw new IllegalArgumentException("An http or https URL with a host is needed, not " + uri);
        }
        if (uri.getRawUserInfo() != null) {
            throw new IllegalArgumentException("Credentials do not belong into a URL; use the credential field");
        }
    }

    private static void requireOther(@Nullable Field first, @Nullable Field other) {
        if (first != null && other != null && (!first.isNamed(other.name()) || first.equals(other))) {
            throw new IllegalArgumentException("All credentials are values of one field, " + first.name()
                    + ", and the second and the revoked one differ from the first");
        }
    }
}
