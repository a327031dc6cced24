package dev.reprise.http;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A part of a request that tells operations apart: in the scope of their keys, or in a key that is derived from it.
 *
 * @param place where it is
 * @param name of the header field or cookie, or the JSON Pointer (RFC 6901) to the value in a JSON body; empty for the others
 */
public record RequestPart(Place place, String name) {
    /** The places. */
    public enum Place {
        /** The path in its normal form. */
        PATH,
        /** The host that the request is for. */
        HOST,
        /** A header field, all lines of it. */
        HEADER,
        /** A cookie. */
        COOKIE,
        /** A value in a JSON body, by its canonical form. */
        JSON;

        private boolean isNamed() {
            return this == HEADER || this == COOKIE || this == JSON;
        }
    }

    /** The path. */
    public static final RequestPart PATH = new RequestPart(Place.PATH, "");

    /** @throws IllegalArgumentException if a name is missing or needless, or no pointer */
    public RequestPart {
        if (place.isNamed() == name.isEmpty()) {
            throw new IllegalArgumentException(
                    place.isNamed()
                            ? "Say which " + place.name().toLowerCase(Locale.ROOT) + " counts"
                            : "There is only one " + place.name().toLowerCase(Locale.ROOT) + ", so it has no name");
        }
        if (place == Place.JSON && !name.startsWith("/")) {
            throw new IllegalArgumentException(
                    "A value is named by a JSON Pointer, as in /account/id, and not by " + name);
        }
    }

    /** A value in a JSON body. */
    public static RequestPart json(String pointer) {
        return new RequestPart(Place.JSON, pointer);
    }

    /** What the request has there; nothing if it has nothing. */
    Optional<String> in(RequestView request, byte[] body) {
        return switch (place) {
            case PATH ->
                Optional.of(request.contextPath() + request.dispatchPath().normal());
            case HOST -> Optional.of(request.host().toLowerCase(Locale.ROOT)).filter(host -> !host.isEmpty());
            case HEADER ->
                Optional.of(request.header(name))
                        .filter(lines -> !lines.isEmpty())
                        .map(Object::toString);
            case COOKIE -> cookie(request.header("Cookie"));
            case JSON ->
                MediaType.isJson(request.header("Content-Type"))
                        ? JsonReader.read(body).flatMap(json -> json.at(name)).map(Json::canonical)
                        : Optional.empty();
        };
    }

    /** All values of the cookie, because the same name can be set for several paths (RFC 6265, section 5.4). */
    private Optional<String> cookie(List<String> lines) {
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

    /** In words, for people. */
    @Override
    public String toString() {
        return switch (place) {
            case PATH -> "the path";
            case HOST -> "the host";
            case HEADER -> "the header " + name;
            case COOKIE -> "the cookie " + name;
            case JSON -> "the value " + name + " of the JSON body";
        };
    }
}
