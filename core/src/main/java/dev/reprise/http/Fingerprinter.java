package dev.reprise.http;

import dev.reprise.RequestFingerprint;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Fingerprints the requests of a route (S11). Thread-safe.
 *
 * <p>A fingerprint is the SHA-256 of method, path, query, media type and selected header fields, each in UTF-8 behind its
 * length in four bytes, followed by what counts of the body. Path and media type are written as a {@link RequestForm} says.
 * Versions 1 and 3 select nothing and end with the body as it was sent.
 */
final class Fingerprinter {
    private static final byte[] SELECTED = {1};

    private final MessageDigest prototype;
    private final int current;
    private final Map<Integer, Way> byVersion = new LinkedHashMap<>();

    /** What counts, and how the rest is written down. */
    private record Way(Fingerprinting counting, RequestForm form) {}

    /**
     * Fingerprints by the first of the ways, and recognises records that were made by any.
     *
     * @param ways the ways of the route, past ones included
     */
    Fingerprinter(List<Fingerprinting> ways) {
        try {
            prototype = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
        current = ways.get(0).version(RequestForm.CURRENT);
        Stream.concat(ways.stream(), Stream.of(Fingerprinting.RAW, Fingerprinting.CANONICAL_JSON))
                .forEach(counting -> {
                    for (RequestForm form : RequestForm.values()) {
                        byVersion.put(counting.version(form), new Way(counting, form));
                    }
                });
    }

    RequestFingerprint.Source of(RequestView request, byte[] body) {
        RequestFingerprint made = by(current, request, body).orElseThrow();
        return new RequestFingerprint.Source() {
            @Override
            public RequestFingerprint current() {
                return made;
            }

            @Override
            public Optional<RequestFingerprint> of(int version) {
                return version == current ? Optional.of(made) : by(version, request, body);
            }
        };
    }

    private Optional<RequestFingerprint> by(int version, RequestView request, byte[] body) {
        return Optional.ofNullable(byVersion.get(version))
                .map(way -> new RequestFingerprint(version, digest(way, request, body)));
    }

    private byte[] digest(Way way, RequestView request, byte[] body) {
        MessageDigest digest = newDigest();
        update(digest, request.method());
        update(digest, way.form().path(request));
        update(digest, request.query());
        update(digest, way.form().mediaType(request));
        for (String name : way.counting().headers()) {
            List<String> lines = request.header(name);
            update(digest, lines.size() + ":" + String.join("\n", lines));
        }
        switch (way.counting().content()) {
            case RAW -> digest.update(body);
            case CANONICAL_JSON -> digest.update(canonical(request, body));
            case FIELDS -> updateFields(digest, way.counting().fields(), request, body);
        }
        return digest.digest();
    }

    private static byte[] canonical(RequestView request, byte[] body) {
        return MediaType.isJson(request.header("Content-Type"))
                ? JsonReader.read(body)
                        .map(json -> json.canonical().getBytes(StandardCharsets.UTF_8))
                        .orElse(body)
                : body;
    }

    /** A body in which none of the fields is found counts as a whole: nothing else tells one request from another. */
    private static void updateFields(MessageDigest digest, List<String> fields, RequestView request, byte[] body) {
        List<List<String>> values = values(fields, request, body);
        if (values.stream().allMatch(List::isEmpty)) {
            digest.update(body);
            return;
        }
        digest.update(SELECTED);
        for (List<String> found : values) {
            update(digest, Integer.toString(found.size()));
            found.forEach(value -> update(digest, value));
        }
    }

    private static List<List<String>> values(List<String> fields, RequestView request, byte[] body) {
        List<String> contentType = request.header("Content-Type");
        if (MediaType.isForm(contentType)) {
            return fields.stream()
                    .map(field -> FormFields.all(body, field.substring(1)))
                    .toList();
        }
        Optional<Json> json = MediaType.isJson(contentType) ? JsonReader.read(body) : Optional.empty();
        return fields.stream()
                .map(field -> json.flatMap(value -> value.at(field)).map(Json::canonical).stream()
                        .toList())
                .toList();
    }

    private static void update(MessageDigest digest, String field) {
        byte[] bytes = field.getBytes(StandardCharsets.UTF_8);
        // One update for both, because each costs about as much as the hashing of such a short field.
        digest.update(ByteBuffer.allocate(Integer.BYTES + bytes.length)
                .putInt(bytes.length)
                .put(bytes)
                .array());
    }

    /** A copy of the prototype, which costs a fraction of a look-up by name. */
    private MessageDigest newDigest() {
        try {
            return (MessageDigest) prototype.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("The SHA-256 of this Java platform cannot be copied", e);
        }
    }
}
