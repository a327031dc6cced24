package dev.reprise.http;

/**
 * A place of a request in which its idempotency key may be (S3).
 *
 * @param place which part of the request
 * @param name of the header field, of the query parameter or of the form field, or the JSON Pointer (RFC 6901) to the member
 */
public record KeyLocation(Place place, String name) {
    /** The parts of a request that can hold a key. */
    public enum Place {
        /** A header field. */
        HEADER,
        /** A parameter of the query. */
        QUERY,
        /** A member of a JSON body, a text. */
        JSON,
        /** A field of a form in {@code application/x-www-form-urlencoded}. */
        FORM
    }

    /** @throws IllegalArgumentException if the name is empty or, for JSON, no pointer */
    public KeyLocation {
        if (name.isEmpty() || (place == Place.JSON && !name.startsWith("/"))) {
            throw new IllegalArgumentException(
                    place == Place.JSON
                            ? "A key in JSON is named by a JSON Pointer, as in /idempotency_key, and not by " + name
                            : "The name of a key's place is empty");
        }
    }

    /** A header field. */
    public static KeyLocation header(String name) {
        return new KeyLocation(Place.HEADER, name);
    }

    /** Whether it is a part of the body. */
    boolean isInBody() {
        return place == Place.JSON || place == Place.FORM;
    }

    /** In words, for callers. */
    @Override
    public String toString() {
        return switch (place) {
            case HEADER -> "the header " + name;
            case QUERY -> "the query parameter " + name;
            case JSON -> "the member " + name + " of the JSON body";
            case FORM -> "the form field " + name;
        };
    }
}
