package dev.reprise.gateway.config;

import dev.reprise.http.PathReading;
import dev.reprise.http.PathReading.Ambiguity;
import dev.reprise.http.PathReading.Treatment;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What somebody said about how a service reads paths; null is what was not said.
 *
 * @param letterCase whether letters of another case make another path
 * @param trailingSlash whether a slash at the end makes another path
 * @param encodedSlash what {@code %2F} is
 * @param backslash what a backslash is, encoded or not
 * @param dotSegments what {@code .} and {@code ..} are
 * @param emptySegments what two slashes in a row are
 * @param parameters what a semicolon and the rest of its segment are
 * @param oddEscapes what escapes of control characters, of percent signs and of what is not UTF-8 are
 */
public record PathSettings(
        @Nullable Difference letterCase,
        @Nullable Difference trailingSlash,
        @Nullable Treatment encodedSlash,
        @Nullable Treatment backslash,
        @Nullable Treatment dotSegments,
        @Nullable Treatment emptySegments,
        @Nullable Treatment parameters,
        @Nullable Treatment oddEscapes) {
    /** Whether a difference between two paths makes a difference. */
    public enum Difference {
        /** It makes none. The default. */
        IGNORED,
        /** They are two paths. */
        COUNTS
    }

    /** @throws IllegalArgumentException if something cannot be read like that */
    public PathSettings {
        if (oddEscapes == Treatment.RESOLVED) {
            throw new IllegalArgumentException(
                    "odd-escapes are refused or literal; nobody agrees what they could stand for");
        }
    }

    /** What was said, with everything filled in that was not. */
    static PathReading complete(Layers<PathSettings> said) {
        Map<Ambiguity, Treatment> treatments = new EnumMap<>(Ambiguity.class);
        for (Ambiguity ambiguity : Ambiguity.values()) {
            Treatment treatment = said.first(settings -> settings.treatment(ambiguity));
            if (treatment != null) {
                treatments.put(ambiguity, treatment);
            }
        }
        return new PathReading(
                said.first(PathSettings::letterCase) == Difference.COUNTS,
                said.first(PathSettings::trailingSlash) == Difference.COUNTS,
                treatments);
    }

    private @Nullable Treatment treatment(Ambiguity ambiguity) {
        return switch (ambiguity) {
            case ENCODED_SLASH -> encodedSlash;
            case BACKSLASH -> backslash;
            case DOT_SEGMENTS -> dotSegments;
            case EMPTY_SEGMENTS -> emptySegments;
            case PARAMETERS -> parameters;
            case ODD_ESCAPES -> oddEscapes;
        };
    }
}
