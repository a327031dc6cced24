package dev.reprise.gateway.proxy;

import dev.reprise.gateway.config.PrincipalSource;
import dev.reprise.http.RequestView;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Tells callers apart (S12). Credentials are hashed, so that none is stored; names of trusted proxies are kept. */
final class Principals implements Function<HttpServerRequest, String> {
    private static final String NAMED = "named:";
    private static final int LONGEST_NAME = 128;

    private final String header;
    private final Function<String, String> reading;
    private final boolean hashesCredentials;

    Principals(PrincipalSource source) {
        hashesCredentials = source.header() != null;
        if (source.trustedHeader() != null) {
            header = source.trustedHeader();
            reading = Principals::named;
        } else if (source.signer() != null) {
            header = source.signer();
            reading = Principals::signer;
        } else {
            header = String.valueOf(source.header());
            reading = Principals::hashed;
        }
    }

    @Override
    public String apply(HttpServerRequest request) {
        List<String> values = request.headers().getAll(header);
        return values.isEmpty() ? RequestView.ANONYMOUS : reading.apply(String.join(",", values));
    }

    /** How the caller signs its request, where that makes each of its attempts another caller's. */
    Optional<RequestSignature> mistakenSignature(HttpServerRequest request) {
        return hashesCredentials
                ? Optional.ofNullable(request.getHeader(header)).flatMap(RequestSignature::of)
                : Optional.empty();
    }

    private static String signer(String credential) {
        return RequestSignature.of(credential)
                .map(signature -> hashed(signature.scheme() + " " + signature.signer()))
                .orElseGet(() -> hashed(credential));
    }

    /** The principal of a caller that somebody trusted has named; readable where that is possible. */
    static String named(String name) {
        boolean readable = name.length() <= LONGEST_NAME && name.chars().noneMatch(Character::isISOControl);
        return readable ? NAMED + name : hashed(name);
    }

    /** The name in a recorded principal; nothing for a hash, and for nobody. */
    static Optional<String> nameIn(String principal) {
        return principal.startsWith(NAMED) ? Optional.of(principal.substring(NAMED.length())) : Optional.empty();
    }

    private static String hashed(String credential) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(credential.getBytes(StandardCharsets.UTF_8));
            return "sha256:" + Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
