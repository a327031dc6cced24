package dev.reprise.http;

import java.util.ArrayList;
import java.util.List;

/** A pattern, worked out for the way in which its service reads paths. Immutable and thread-safe. */
final class PathMatcher {
    private final List<String> parts;
    private final boolean open;
    private final PathReading reading;

    /** Stands for any one segment that is not empty. */
    private static final String VARIABLE = "{}";

    /** Whether a path belongs to a pattern. */
    enum Match {
        /** However it is read. */
        YES,
        /** However it is read. */
        NO,
        /** In some readings of what is ambiguous about it. */
        UNCLEAR
    }

    PathMatcher(PathPattern pattern, PathReading reading) {
        List<String> found = new ArrayList<>();
        for (String segment : pattern.segments()) {
            found.add(PathPattern.isVariable(segment) ? VARIABLE : literal(segment));
        }
        open = found.getLast().equals(PathPattern.REST);
        if (open || (found.size() > 1 && found.getLast().isEmpty() && !reading.trailingSlashCounts())) {
            found.removeLast();
        }
        this.parts = List.copyOf(found);
        this.reading = reading;
    }

    /** Patterns are written by people: decoded, encoded, or half. */
    private static String literal(String segment) {
        return RequestPath.sent(segment).normal();
    }

    Match match(RequestPath path) {
        if (open && parts.isEmpty()) {
            return Match.YES;
        }
        if (!path.normal().startsWith("/")) {
            return Match.NO;
        }
        if (!path.mayBeAmbiguous()) {
            return matches(path.normal()) ? Match.YES : Match.NO;
        }
        PathSegments segments = PathSegments.of(path, reading);
        int compared = Math.min(segments.certain(), parts.size());
        if (!matches(segments.all().subList(0, compared), parts.subList(0, compared))) {
            return Match.NO;
        }
        boolean clear = segments.certain() == segments.all().size() || (open && compared == parts.size());
        if (clear) {
            return matches(segments) ? Match.YES : Match.NO;
        }
        return !open && segments.certain() > parts.size() ? Match.NO : Match.UNCLEAR;
    }

    /** Whether the path belongs to the pattern if everything ambiguous is what it is written as. */
    boolean matchesLiterally(RequestPath path) {
        return match(path) == Match.YES
                || (path.mayBeAmbiguous() && path.normal().startsWith("/") && matches(PathSegments.of(path, reading)));
    }

    /** How many segments, from the first one on, the path and the pattern have in common. */
    int sharedSegments(RequestPath path) {
        String[] segments =
                path.normal().startsWith("/") ? path.normal().substring(1).split("/", -1) : new String[0];
        int shared = 0;
        while (shared < Math.min(segments.length, parts.size()) && matches(segments[shared], parts.get(shared))) {
            shared++;
        }
        return shared;
    }

    /** The path as the service reads it, as far as that is known; letters keep their case. */
    String asRead(RequestPath path) {
        if (!path.normal().startsWith("/")) {
            return path.normal();
        }
        List<String> segments = path.mayBeAmbiguous()
                ? PathSegments.of(path, reading).all()
                : List.of(path.normal().substring(1).split("/", -1));
        boolean slash = segments.size() > 1 && segments.getLast().isEmpty() && !reading.trailingSlashCounts();
        return "/" + String.join("/", slash ? segments.subList(0, segments.size() - 1) : segments);
    }

    private boolean matches(PathSegments segments) {
        List<String> all = segments.all();
        boolean slash = all.size() > 1 && all.getLast().isEmpty() && !reading.trailingSlashCounts() && !open;
        List<String> compared = slash ? all.subList(0, all.size() - 1) : all;
        return open
                ? compared.size() >= parts.size() && matches(compared.subList(0, parts.size()), parts)
                : compared.size() == parts.size() && matches(compared, parts);
    }

    private boolean matches(List<String> segments, List<String> expected) {
        for (int i = 0; i < expected.size(); i++) {
            if (!matches(segments.get(i), expected.get(i))) {
                return false;
            }
        }
        return true;
    }

    private boolean matches(String segment, String part) {
        return part.equals(VARIABLE)
                ? !segment.isEmpty()
                : reading.caseCounts() ? segment.equals(part) : segment.equalsIgnoreCase(part);
    }

    /** The same for a path in which nothing is ambiguous, without taking it apart. */
    private boolean matches(String path) {
        int at = 0;
        for (String part : parts) {
            if (at == path.length()) {
                return false;
            }
            int next = path.indexOf('/', at + 1);
            int end = next < 0 ? path.length() : next;
            boolean same = part.equals(VARIABLE)
                    ? end > at + 1
                    : end - at - 1 == part.length()
                            && (path.startsWith(part, at + 1)
                                    || (!reading.caseCounts()
                                            && path.regionMatches(true, at + 1, part, 0, part.length())));
            if (!same) {
                return false;
            }
            at = end;
        }
        return open
                || at == path.length()
                || (at > 0 && at == path.length() - 1 && !reading.trailingSlashCounts() && !parts.isEmpty());
    }
}
