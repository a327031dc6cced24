package dev.reprise.gateway.config;

import static dev.reprise.gateway.config.RouteSettings.either;

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
    /** Nothing said. */
    static final PathSettings NONE = new PathSettings(null, null, null, null, null, null, null, null);

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

    /** These settings, and those of the others where nothing is said here. */
    PathSettings orElse(PathSettings others) {
        return new PathSettings(
                either(letterCase, others.letterCase),
                either(trailingSlash, others.trailingSlash),
                either(encodedSlash, others.encodedSlash),
                either(backslash, others.backslash),
                either(dotSegments, others.dotSegments),
                either(emptySegments, others.emptySegments),
                either(parameters, others.parameters),
                either(oddEscapes, others.oddEscapes));
    }

    /** With everything that was not said filled in. */
    PathReading complete() {
        Map<Ambiguity, Treatment> treatments = new EnumMap<>(Ambiguity.class);
        for (Ambiguity ambiguity : Ambiguity.values()) {
            Treatment said = said(ambiguity);
            if (said != null) {
                treatments.put(ambiguity, said);
            }
        }
        return new PathReading(letterCase == Difference.COUNTS, trailingSlash == Difference.COUNTS, treatments);
    }

    private @Nullable Treatment said(Ambiguity ambiguity) {
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
