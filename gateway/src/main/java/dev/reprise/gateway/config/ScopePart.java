package dev.reprise.gateway.config;

import dev.reprise.console.text.Choice;
import dev.reprise.console.text.FieldName;
import dev.reprise.http.RequestPart;
import dev.reprise.http.RequestPart.Place;
import org.jspecify.annotations.Nullable;

/**
 * What keys are scoped by, as people write it.
 *
 * @param part the part of the request; null for the caller, who always is one
 */
record ScopePart(@Nullable RequestPart part) {
    private static final String PRINCIPAL = "principal";

    /**
     * Reads {@code principal}, {@code path}, {@code host}, {@code header:X-Shop}, {@code cookie:shop} or {@code json:/account}.
     *
     * @throws IllegalArgumentException if it is none of them
     */
    static ScopePart parse(String text) {
        return new ScopePart(text.equals(PRINCIPAL) ? null : request(text));
    }

    /**
     * The same without the caller.
     *
     * @throws IllegalArgumentException if it is no part of a request
     */
    static RequestPart request(String text) {
        int colon = text.indexOf(':');
        Place place = Choice.parse(Place.class, colon < 0 ? text : text.substring(0, colon));
        String name = colon < 0 ? "" : text.substring(colon + 1);
        if (place == Place.HEADER) {
            FieldName.check(name);
        }
        return new RequestPart(place, name);
    }
}
