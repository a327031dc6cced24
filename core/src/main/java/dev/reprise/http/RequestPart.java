package dev.reprise.http;

import java.util.Locale;

/**
 * A part of a request that tells operations apart: in the scope of their keys, or in a key that is derived from it.
 *
 * @param place where it is
 * @param name of the header field or cookie, or the JSON Pointer (RFC 6901) to the value in a JSON body; empty for the others
 */
public record RequestPart(Place place, String name) {
    /** The places. */
    public enum Place {
        /** The path as the service reads it, in its normal form. Letters keep their case, as identifiers differ in it. */
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
