package dev.reprise.http;

import dev.reprise.RequestFingerprint;
import dev.reprise.http.Fingerprinting.Head;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Fingerprints the requests of a route (S11). Thread-safe.
 *
 * <p>A fingerprint is the SHA-256 of method, path, query, media type and selected header fields, each in UTF-8 behind its
 * length in four bytes, as far as they count, followed by what counts of the body. Path, media type and multipart bodies are
 * written as a {@link RequestForm} says. Versions 1, 3 and 5 select nothing and end with the body as it was sent.
 */
final class Fingerprinter {
    private static final byte[] SELECTED = {1};
    private static final byte[] IN_PARTS = {2};
    /** Parts within parts count as bytes from there on. */
    private static final int DEEPEST = 5;

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
        for (Head part : way.counting().head()) {
            update(
                    digest,
                    switch (part) {
                        case METHOD -> request.method();
                        case PATH -> way.form().path(request);
                        case QUERY -> request.query();
                        case MEDIA_TYPE -> way.form().mediaType(request);
                    });
        }
        for (String name : way.counting().headers()) {
            List<String> lines = request.header(name);
            update(digest, lines.size() + ":" + String.join("\n", lines));
        }
        List<String> fields = way.counting().fields();
        switch (way.counting().content()) {
            case RAW -> updateContent(digest, way, request, body);
            case CANONICAL_JSON -> updateJson(digest, way, request, body, UnaryOperator.identity());
            case FIELDS -> updateFields(digest, way, request, body);
            case ALL_BUT_FIELDS -> updateJson(digest, way, request, body, json -> json.without(fields));
        }
        return digest.digest();
    }

    /** Every byte, but for the boundaries of a multipart body, which mean nothing. */
    private static void updateContent(MessageDigest digest, Way way, RequestView request, byte[] body) {
        way.form()
                .parts(request, body)
                .ifPresentOrElse(parts -> updateParts(digest, parts, DEEPEST), () -> digest.update(body));
    }

    private static void updateParts(MessageDigest digest, List<MultipartBody.Part> parts, int deepest) {
        digest.update(IN_PARTS);
        update(digest, Integer.toString(parts.size()));
        for (MultipartBody.Part part : parts) {
            List<String> type = List.of(part.field("content-type"));
            update(digest, part.field("content-disposition"));
            update(digest, MediaType.meaning(type));
            Optional<List<MultipartBody.Part>> inner = deepest == 1
                    ? Optional.empty()
                    : MultipartBody.parts(type, part.content().bytes());
            inner.ifPresentOrElse(
                    found -> updateParts(digest, found, deepest - 1),
                    () -> update(digest, part.content().bytes()));
        }
    }

    private static void updateJson(
            MessageDigest digest, Way way, RequestView request, byte[] body, UnaryOperator<Json> counting) {
        Optional<Json> json =
                MediaType.isJson(request.header("Content-Type")) ? JsonReader.read(body) : Optional.empty();
        json.ifPresentOrElse(
                value -> digest.update(counting.apply(value).canonical().getBytes(StandardCharsets.UTF_8)),
                () -> updateContent(digest, way, request, body));
    }

    /** A body in which none of the fields is found counts as a whole: nothing else tells one request from another. */
    private static void updateFields(MessageDigest digest, Way way, RequestView request, byte[] body) {
        List<List<String>> values = values(way, request, body);
        if (values.stream().allMatch(List::isEmpty)) {
            updateContent(digest, way, request, body);
            return;
        }
        digest.update(SELECTED);
        for (List<String> found : values) {
            update(digest, Integer.toString(found.size()));
            found.forEach(value -> update(digest, value));
        }
    }

    private static List<List<String>> values(Way way, RequestView request, byte[] body) {
        List<String> fields = way.counting().fields();
        List<String> contentType = request.header("Content-Type");
        Optional<List<MultipartBody.Part>> parts = way.form().parts(request, body);
        if (parts.isPresent()) {
            return fields.stream()
                    .map(field -> named(field.substring(1), parts.get()))
                    .toList();
        }
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

    private static List<String> named(String name, List<MultipartBody.Part> parts) {
        return parts.stream()
                .filter(part -> MediaType.partName(part.field("content-disposition"))
                        .filter(name::equals)
                        .isPresent())
                .map(part -> new String(part.content().bytes(), StandardCharsets.ISO_8859_1))
                .toList();
    }

    private static void update(MessageDigest digest, String field) {
        update(digest, field.getBytes(StandardCharsets.UTF_8));
    }

    private static void update(MessageDigest digest, byte[] bytes) {
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
