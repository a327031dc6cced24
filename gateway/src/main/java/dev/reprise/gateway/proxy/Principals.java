package dev.reprise.gateway.proxy;

import dev.reprise.gateway.config.PrincipalSource;
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
    private static final String ANONYMOUS = "anonymous";
    private static final String NAMED = "named:";
    private static final int LONGEST_NAME = 128;

    private final String header;
    private final boolean trusted;

    Principals(PrincipalSource source) {
        trusted = source.trustedHeader() != null;
        header = trusted ? String.valueOf(source.trustedHeader()) : String.valueOf(source.header());
    }

    @Override
    public String apply(HttpServerRequest request) {
        List<String> values = request.headers().getAll(header);
        if (values.isEmpty()) {
            return ANONYMOUS;
        }
        String value = String.join(",", values);
        return trusted ? named(value) : hashed(value);
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
