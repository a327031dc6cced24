package dev.reprise.console;

import dev.reprise.FencingToken;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.Scope;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * An operation as a page names it, with the state of ownership in which the page saw it.
 *
 * @param id which one
 * @param seen the fencing token that was seen
 */
record OperationRef(OperationId id, FencingToken seen) {
    /** One word for a URL or a form. */
    String text() {
        String text = seen.value() + "\n" + id.scope().principal() + "\n"
                + id.scope().route() + "\n" + id.key().value();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads the word.
     *
     * @throws IllegalArgumentException if it names no operation
     */
    static OperationRef parse(String word) {
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(word), StandardCharsets.UTF_8).split("\n", -1);
            if (parts.length == 4) {
                return new OperationRef(
                        new OperationId(new Scope(parts[1], parts[2]), new IdempotencyKey(parts[3])),
                        new FencingToken(Long.parseLong(parts[0])));
            }
        } catch (IllegalArgumentException e) {
            // Reported below.
        }
        throw new IllegalArgumentException("That is no operation; follow a link of a page");
    }
}
