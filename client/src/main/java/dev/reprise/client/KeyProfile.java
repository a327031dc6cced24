package dev.reprise.client;

import dev.reprise.client.spi.RequestTraits;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How an API wants its keys. Immutable.
 *
 * @param placement where the key is
 * @param methods the methods whose requests get a key, never safe ones (S5). Default: POST and PATCH
 * @param replayed the response field that marks a replay (S17)
 */
public record KeyProfile(KeyPlacement placement, Set<String> methods, String replayed) {
    private static final Set<String> POST_AND_PATCH = Set.of("POST", "PATCH");

    /** @throws IllegalArgumentException if a method is safe, which needs no key */
    public KeyProfile {
        methods =
                methods.stream().map(method -> method.toUpperCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
        methods.stream().filter(RequestTraits::isSafe).findFirst().ifPresent(safe -> {
            throw new IllegalArgumentException(safe + " changes nothing and gets no key");
        });
    }

    /** {@code Idempotency-Key: "key"}, as the IETF's draft has it. */
    public static KeyProfile ietf() {
        return new KeyProfile(new KeyPlacement.Field("Idempotency-Key", true), POST_AND_PATCH, "Idempotent-Replayed");
    }

    /** {@code Idempotency-Key: key}, as Stripe and many others have it. */
    public static KeyProfile stripe() {
        return new KeyProfile(new KeyPlacement.Field("Idempotency-Key", false), POST_AND_PATCH, "Idempotent-Replayed");
    }

    /** {@code Repeatability-Request-ID} and {@code Repeatability-First-Sent}, of OASIS Repeatable Requests. */
    public static KeyProfile oasis() {
        return new KeyProfile(new KeyPlacement.Repeatability(), POST_AND_PATCH, "Idempotent-Replayed");
    }

    /** This profile with the key in another place. */
    public KeyProfile withPlacement(KeyPlacement changed) {
        return new KeyProfile(changed, methods, replayed);
    }

    /** This profile with keys for other methods. */
    public KeyProfile withMethods(Set<String> changed) {
        return new KeyProfile(placement, changed, replayed);
    }

    /** This profile with another mark of a replay. */
    public KeyProfile withReplayed(String changed) {
        return new KeyProfile(placement, methods, changed);
    }
}
