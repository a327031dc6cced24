package dev.reprise.http;

import java.util.List;

/**
 * A pattern over paths: literal segments, {@code {name}} for any one segment, and {@code **} at the end for any number
 * of further segments, none included. Compared in the {@linkplain RequestPath normal form}, so it makes no difference
 * which characters of a literal are percent-encoded.
 *
 * @param text the pattern as written, such as {@code /payment/{to}} or {@code /v1/**}
 */
public record PathPattern(String text) {
    static final String REST = "**";

    /** @throws IllegalArgumentException if the text is not a pattern; the message says why */
    public PathPattern {
        if (!text.startsWith("/")) {
            throw new IllegalArgumentException("The path pattern " + text + " has to start with a slash");
        }
        List<String> segments = List.of(text.substring(1).split("/", -1));
        for (int i = 0; i < segments.size(); i++) {
            String segment = segments.get(i);
            boolean variable = isVariable(segment);
            if (segment.equals(REST) ? i < segments.size() - 1 : !variable && segment.matches(".*[{}*].*")) {
                throw new IllegalArgumentException("The path pattern " + text + " has the segment " + segment
                        + "; use a literal, {name} for one segment, or ** at the end");
            }
        }
    }

    /** Whether a service that reads paths like that takes the path for one of these in every reading (S31). */
    public boolean matches(RequestPath path, PathReading reading) {
        return new PathMatcher(this, reading).match(path) == PathMatcher.Match.YES;
    }

    static boolean isVariable(String segment) {
        return segment.matches("\\{[A-Za-z][A-Za-z0-9_-]*}");
    }

    List<String> segments() {
        return List.of(text.substring(1).split("/", -1));
    }

    @Override
    public String toString() {
        return text;
    }
}
