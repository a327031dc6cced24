package dev.reprise.gateway;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** What was found in each place. Not thread-safe. */
final class Places {
    private final Map<Place, StringBuilder> found = new EnumMap<>(Place.class);

    Places() {
        for (Place place : Place.values()) {
            found.put(place, new StringBuilder());
        }
    }

    void add(Place place, String text) {
        Objects.requireNonNull(found.get(place)).append(text).append('\n');
    }

    /** An answer with its fields. */
    HttpResponse<String> add(Place place, HttpResponse<String> answer) {
        add(place, answer.statusCode() + " " + answer.headers().map() + "\n" + answer.body());
        return answer;
    }

    /** Where something is that does not belong there, is not where it belongs, or where nobody has looked. */
    List<String> surprises(Collection<Planted> secrets) {
        List<String> surprises = new ArrayList<>();
        found.forEach((place, builder) -> {
            String text = comparable(builder.toString());
            if (!text.contains(comparable(place.witness()))) {
                surprises.add(place + " was not looked at: it has no " + place.witness());
            }
            for (Planted secret : secrets) {
                boolean there = secret.isIn(text);
                if (there != secret.home().contains(place)) {
                    surprises.add(secret.name() + (there ? " is in " : " is not in ") + place);
                }
            }
        });
        return surprises;
    }

    /** Some capitalise what they quote, and Base64 has two alphabets. */
    static String comparable(String text) {
        return text.toLowerCase(Locale.ROOT).replace('+', '-').replace('/', '_');
    }
}
