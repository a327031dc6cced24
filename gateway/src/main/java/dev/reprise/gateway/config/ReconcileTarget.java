package dev.reprise.gateway.config;

import dev.reprise.IdempotencyKey;
import dev.reprise.http.PathPattern;
import dev.reprise.http.PathReading;
import dev.reprise.http.RequestPath;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a service is asked what became of an operation: a path, perhaps with a query, in which {@code {key}} stands for the
 * idempotency key.
 *
 * @param text the target as written, such as {@code /charges/by-key/{key}} or {@code /charges?key={key}}
 */
public record ReconcileTarget(String text) {
    private static final String KEY = "{key}";
    private static final Pattern REQUEST = Pattern.compile("(\\S+) +(\\S+)");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{[^}]*}?");
    private static final Pattern TARGET = Pattern.compile("/[!-~&&[^#*]]*");

    /** @throws IllegalArgumentException if it is no target, or does not say where the key goes */
    public ReconcileTarget {
        if (!TARGET.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    '"' + text
                            + "\" is not the path of a request; it begins with a slash, and is percent-encoded where it has to be");
        }
        for (Matcher placeholder = PLACEHOLDER.matcher(text); placeholder.find(); ) {
            if (!placeholder.group().equals(KEY)) {
                throw new IllegalArgumentException(
                        "there is no " + placeholder.group() + " to put into a request; there is " + KEY);
            }
        }
        if (!text.contains(KEY)) {
            throw new IllegalArgumentException('"' + text + "\" does not say which operation is meant; put " + KEY
                    + " into its path or its query");
        }
        new PathPattern(path(text));
    }

    /**
     * Reads a request such as {@code GET /charges/by-key/{key}}.
     *
     * @throws IllegalArgumentException if it is something else
     */
    static ReconcileTarget parse(String request) {
        Matcher written = REQUEST.matcher(request.strip());
        if (!written.matches()) {
            throw new IllegalArgumentException(
                    '"' + request + "\" is not a request; write it as in GET /charges/by-key/" + KEY);
        }
        if (!written.group(1).equals("GET")) {
            throw new IllegalArgumentException(
                    "a service is asked by GET, whose answer is what retries get, and not by " + written.group(1));
        }
        return new ReconcileTarget(written.group(2));
    }

    private static String path(String target) {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    /** Whether a service that reads paths like that finds the one that is meant. */
    boolean isClearTo(PathReading reading) {
        return with(new IdempotencyKey("k"), reading).isPresent();
    }

    /**
     * The target for a key; nothing if the key makes a path of it that the service could read as another one (S31): callers
     * choose keys, and must not choose what is asked.
     */
    public Optional<String> with(IdempotencyKey key, PathReading reading) {
        String target = text.replace(KEY, encoded(key.value()));
        return new PathPattern(path(text)).matches(RequestPath.sent(path(target)), reading)
                ? Optional.of(target)
                : Optional.empty();
    }

    /** Everything but what never has to be encoded (RFC 3986, section 2.3). */
    private static String encoded(String key) {
        StringBuilder encoded = new StringBuilder();
        for (byte octet : key.getBytes(StandardCharsets.US_ASCII)) {
            char c = (char) octet;
            if (Character.isLetterOrDigit(c) || "-._~".indexOf(c) >= 0) {
                encoded.append(c);
            } else {
                encoded.append('%').append("0123456789ABCDEF".charAt(c >> 4)).append("0123456789ABCDEF".charAt(c & 15));
            }
        }
        return encoded.toString();
    }

    @Override
    public String toString() {
        return "GET " + text;
    }
}
