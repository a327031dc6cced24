package dev.reprise.http;

import java.util.EnumMap;
import java.util.Map;

/**
 * How the service behind a route reads paths, so that the route protects what the service would run (S31). Immutable.
 *
 * <p>By default, case and a trailing slash are ignored: a route that covers more than its service does no harm. What
 * services read in several ways is refused by default, if the route could be meant.
 *
 * @param caseCounts whether paths that differ in case are different
 * @param trailingSlashCounts whether a trailing slash makes a different path
 * @param treatments how what is ambiguous is read; what is not in here is {@link Treatment#REFUSED}
 */
public record PathReading(boolean caseCounts, boolean trailingSlashCounts, Map<Ambiguity, Treatment> treatments) {
    /** Case and a trailing slash are ignored; what is ambiguous is refused. */
    public static final PathReading DEFAULT = new PathReading(false, false, Map.of());

    /** What services read in several ways. */
    public enum Ambiguity {
        /** {@code %2F}: a character of its segment, or resolved, a slash. */
        ENCODED_SLASH,
        /** A backslash, encoded or not: a character of its segment, or resolved, a slash. */
        BACKSLASH,
        /** The segments {@code .} and {@code ..}, encoded or not: segments, or resolved, steps (RFC 3986, section 5.2.4). */
        DOT_SEGMENTS,
        /** Two slashes in a row: an empty segment between them, or resolved, one slash. */
        EMPTY_SEGMENTS,
        /** {@code ;} and what follows in its segment: characters of the segment, or resolved, none. */
        PARAMETERS,
        /**
         * Escapes of control characters, of percent signs before two digits ({@code %2561}), and of what is not UTF-8:
         * characters of their segment. Nobody agrees what else they could be, so they are never resolved.
         */
        ODD_ESCAPES
    }

    /** How something ambiguous is read. */
    public enum Treatment {
        /** Not at all: the request is refused if the route could be meant. The default. */
        REFUSED,
        /** As plain characters. */
        LITERAL,
        /** As what it can stand for. */
        RESOLVED
    }

    /** @throws IllegalArgumentException if odd escapes were to be resolved */
    public PathReading {
        Map<Ambiguity, Treatment> said = new EnumMap<>(Ambiguity.class);
        said.putAll(treatments);
        said.values().removeIf(treatment -> treatment == Treatment.REFUSED);
        treatments = Map.copyOf(said);
        if (treatments.get(Ambiguity.ODD_ESCAPES) == Treatment.RESOLVED) {
            throw new IllegalArgumentException("Odd escapes are refused or literal; nobody agrees what they stand for");
        }
    }

    /** This reading, with something ambiguous treated in another way. */
    public PathReading with(Ambiguity ambiguity, Treatment treatment) {
        Map<Ambiguity, Treatment> changed = new EnumMap<>(Ambiguity.class);
        changed.putAll(treatments);
        changed.put(ambiguity, treatment);
        return new PathReading(caseCounts, trailingSlashCounts, changed);
    }

    boolean refuses(Ambiguity ambiguity) {
        return !treatments.containsKey(ambiguity);
    }

    boolean resolves(Ambiguity ambiguity) {
        return treatments.get(ambiguity) == Treatment.RESOLVED;
    }
}
