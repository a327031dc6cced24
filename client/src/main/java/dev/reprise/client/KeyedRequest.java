package dev.reprise.client;

import dev.reprise.client.KeyPlacement.Field;
import dev.reprise.client.KeyPlacement.QueryParameter;
import dev.reprise.client.KeyPlacement.Repeatability;
import dev.reprise.client.spi.RetryAfter;
import dev.reprise.client.spi.RetryableRequest;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the attempts of one call have in common: where they go, and the fields to set on them. These are made anew for each
 * attempt, so that a call which waits among many holds nothing that it does not need.
 *
 * @param key the key; null if the request has none
 * @param placement how the fields have it; null if there are none to set
 * @param firstSent the date of the first attempt where the placement has one, empty otherwise
 */
record KeyedRequest(
        @Nullable IdempotencyKey key, URI uri, @Nullable KeyPlacement placement, String firstSent) {
    private static final String REQUEST_ID = "Repeatability-Request-ID";
    private static final String FIRST_SENT = "Repeatability-First-Sent";
    private static final Pattern QUOTED = Pattern.compile("\"(?:[^\"\\\\]|\\\\[\"\\\\])*+\"");
    private static final Pattern ESCAPED = Pattern.compile("\\\\(.)");
    private static final Pattern BARE = Pattern.compile("[!-~&&[^\",;]]+");

    static KeyedRequest without(RetryableRequest request) {
        return new KeyedRequest(null, request.uri(), null, "");
    }

    /** Puts a new key where the placement says. */
    static KeyedRequest with(IdempotencyKey key, RetryableRequest request, KeyPlacement placement, Instant firstSent) {
        return switch (placement) {
            case Field field -> {
                if (!field.quoted()) {
                    requireBare(key);
                }
                yield new KeyedRequest(key, request.uri(), placement, "");
            }
            case QueryParameter parameter -> new KeyedRequest(key, appended(request.uri(), parameter, key), null, "");
            case Repeatability repeatability -> {
                requireBare(key);
                yield new KeyedRequest(
                        key,
                        request.uri(),
                        placement,
                        request.fields().apply(FIRST_SENT).orElseGet(() -> RetryAfter.format(firstSent)));
            }
        };
    }

    /** The fields to set on an attempt. */
    Map<String, String> fields() {
        if (key == null || placement == null) {
            return Map.of();
        }
        return switch (placement) {
            case Field field -> Map.of(field.name(), field.quoted() ? quoted(key) : key.value());
            case QueryParameter parameter -> Map.of();
            case Repeatability repeatability -> Map.of(REQUEST_ID, key.value(), FIRST_SENT, firstSent);
        };
    }

    /** The key that the caller has put into the request. */
    static Optional<IdempotencyKey> given(RetryableRequest request, KeyPlacement placement) {
        return switch (placement) {
            case Field field -> request.fields().apply(field.name()).map(KeyedRequest::unquoted);
            case QueryParameter parameter -> parameter(request.uri(), parameter.name());
            case Repeatability repeatability ->
                request.fields().apply(REQUEST_ID).map(IdempotencyKey::new);
        };
    }

    /** Leaves the key of the caller as it is; what else the placement needs is added. */
    static KeyedRequest keeping(
            IdempotencyKey key, RetryableRequest request, KeyPlacement placement, Instant firstSent) {
        return placement instanceof Repeatability
                ? with(key, request, placement, firstSent)
                : new KeyedRequest(key, request.uri(), null, "");
    }

    private static String quoted(IdempotencyKey key) {
        return '"' + key.value().replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static void requireBare(IdempotencyKey key) {
        if (!BARE.matcher(key.value()).matches()) {
            throw new IllegalArgumentException(
                    "The key " + key + " has a character that only a quoted one may have; choose another key");
        }
    }

    private static IdempotencyKey unquoted(String value) {
        if (!value.startsWith("\"")) {
            IdempotencyKey key = new IdempotencyKey(value);
            requireBare(key);
            return key;
        }
        if (value.indexOf('\\') < 0 && value.indexOf('"', 1) == value.length() - 1) {
            return new IdempotencyKey(value.substring(1, value.length() - 1));
        }
        if (!QUOTED.matcher(value).matches()) {
            throw new IllegalArgumentException("The quoted idempotency key of the request is not a structured string");
        }
        return new IdempotencyKey(
                ESCAPED.matcher(value.substring(1, value.length() - 1)).replaceAll("$1"));
    }

    private static URI appended(URI uri, QueryParameter parameter, IdempotencyKey key) {
        String pair = parameter.name() + "=" + URLEncoder.encode(key.value(), StandardCharsets.UTF_8);
        String text = uri.toString();
        int hash = text.indexOf('#');
        String end = hash < 0 ? "" : text.substring(hash);
        String start = hash < 0 ? text : text.substring(0, hash);
        return URI.create(start + (uri.getRawQuery() == null ? "?" : "&") + pair + end);
    }

    private static Optional<IdempotencyKey> parameter(URI uri, String name) {
        return uri.getRawQuery() == null
                ? Optional.empty()
                : Stream.of(uri.getRawQuery().split("&"))
                        .filter(pair -> pair.startsWith(name + "="))
                        .findFirst()
                        .map(pair -> URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8))
                        .map(IdempotencyKey::new);
    }
}
