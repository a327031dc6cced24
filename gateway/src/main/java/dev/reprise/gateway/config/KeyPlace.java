package dev.reprise.gateway.config;

import dev.reprise.console.text.Choice;
import dev.reprise.console.text.FieldName;
import dev.reprise.http.KeyLocation;
import dev.reprise.http.KeyLocation.Place;

/** Reads where keys are as people write it: the place, a colon, and the name there. */
final class KeyPlace {
    private KeyPlace() {}

    /**
     * Reads a place such as {@code header:Idempotency-Key} or {@code json:/idempotency_key}.
     *
     * @throws IllegalArgumentException if it is none
     */
    static KeyLocation parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException('"' + text
                    + "\" is not a place of a key; write header:NAME, query:NAME, " + "form:NAME, or json:/NAME");
        }
        Place place = Choice.parse(Place.class, text.substring(0, colon));
        String name = text.substring(colon + 1);
        if (place == Place.HEADER) {
            FieldName.check(name);
        }
        return new KeyLocation(place, name);
    }
}
