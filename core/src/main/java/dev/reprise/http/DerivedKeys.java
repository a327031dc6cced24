package dev.reprise.http;

import dev.reprise.IdempotencyKey;
import dev.reprise.RequestFingerprint;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Keys for requests that have none: two that are alike in some parts, of one caller and within a window, are taken for one
 * operation. Off by default, because that is a guess: somebody who means the same thing twice within the window gets it once, and
 * somebody whose first answer took longer to be lost than the window gets it twice.
 *
 * <p>Callers that nobody knows get no such keys, nor do requests that lack one of the parts. Immutable.
 *
 * @param from the parts that make two requests the same
 * @param window how long after the first has finished another one is taken for its retry
 */
public record DerivedKeys(List<RequestPart> from, Duration window) {
    private static final String PREFIX = "derived-";
    private static final int VERSION = 1;

    /** @throws IllegalArgumentException if there are no parts, or none of them is what the request says */
    public DerivedKeys {
        from = List.copyOf(from);
        if (from.isEmpty()) {
            throw new IllegalArgumentException(
                    "A key is derived from at least one part of the request; name those that "
                            + "make two requests the same");
        }
        if (window.isZero() || window.isNegative()) {
            throw new IllegalArgumentException("The window of derived keys has to be longer than 0");
        }
    }

    /** The key of a request that has brought none; nothing if it gets none. */
    Optional<Derived> of(RequestParts parts, RequestView request, byte[] body) {
        if (request.isAnonymous()
                || from.stream().anyMatch(part -> parts.of(part, request, body).isEmpty())) {
            return Optional.empty();
        }
        byte[] digest = parts.digest(from, request, body);
        String text = PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
        return Optional.of(new Derived(new IdempotencyKey(text), new RequestFingerprint(VERSION, digest)));
    }

    /**
     * A derived key.
     *
     * @param fingerprint of the parts, which is all that is compared
     */
    record Derived(IdempotencyKey key, RequestFingerprint fingerprint) {}
}
