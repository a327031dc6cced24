package dev.reprise.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Reads parts of requests to a route. What its service takes for the same comes out the same: a retry that is spelled otherwise must
 * not become another operation.
 *
 * @param paths how the service reads paths
 * @param longestBody the longest body that is unfolded from its content codings, in bytes
 */
record RequestParts(PathMatcher paths, int longestBody) {
    /** What the request has there; nothing if it has nothing. */
    Optional<String> of(RequestPart part, RequestView request, byte[] body) {
        return switch (part.place()) {
            case PATH -> Optional.of(request.contextPath() + paths.asRead(request.dispatchPath()));
            case HOST -> Optional.of(request.host().toLowerCase(Locale.ROOT)).filter(host -> !host.isEmpty());
            case HEADER ->
                Optional.of(request.header(part.name()))
                        .filter(lines -> !lines.isEmpty())
                        .map(Object::toString);
            case COOKIE -> cookie(part.name(), request.header("Cookie"));
            case JSON ->
                MediaType.isJson(request.header("Content-Type"))
                        ? ContentCodings.text(request, body, longestBody)
                                .flatMap(JsonReader::read)
                                .flatMap(json -> json.at(part.name()))
                                .map(Json::canonical)
                        : Optional.empty();
        };
    }

    /** All values of the cookie, because the same name can be set for several paths (RFC 6265, section 5.4). */
    private static Optional<String> cookie(String name, List<String> lines) {
        List<String> values = new ArrayList<>(1);
        for (String line : lines) {
            for (String pair : line.split(";", -1)) {
                int equals = pair.indexOf('=');
                if (equals > 0 && pair.substring(0, equals).strip().equals(name)) {
                    values.add(pair.substring(equals + 1).strip());
                }
            }
        }
        return values.isEmpty() ? Optional.empty() : Optional.of(values.toString());
    }

    /** The SHA-256 of each part behind its length. Only that is kept: there may be secrets among them. */
    byte[] digest(List<RequestPart> parts, RequestView request, byte[] body) {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
        for (RequestPart part : parts) {
            Optional<byte[]> found = of(part, request, body).map(text -> text.getBytes(StandardCharsets.UTF_8));
            digest.update(ByteBuffer.allocate(Integer.BYTES)
                    .putInt(found.map(bytes -> bytes.length).orElse(-1))
                    .array());
            found.ifPresent(digest::update);
        }
        return digest.digest();
    }
}
