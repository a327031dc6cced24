package dev.reprise.http;

import java.util.List;

/**
 * A pattern over paths: literal segments, {@code {name}} for any one segment, and {@code **} at the end for any number
 * of further segments, none included. Compared with the path as it was sent, case-sensitively.
 *
 * @param text the pattern as written, such as {@code /payment/{to}} or {@code /v1/**}
 */
public record PathPattern(String text) {
    private static final String REST = "**";

    /** @throws IllegalArgumentException if the text is not a pattern; the message says why */
    public PathPattern {
        if (!text.startsWith("/")) {
            throw new IllegalArgumentException("The path pattern " + text + " has to start with a slash");
        }
        List<String> segments = segments(text);
        for (int i = 0; i < segments.size(); i++) {
            String segment = segments.get(i);
            boolean variable = isVariable(segment);
            if (segment.equals(REST) ? i < segments.size() - 1 : !variable && segment.matches(".*[{}*].*")) {
                throw new IllegalArgumentException("The path pattern " + text + " has the segment " + segment
                        + "; use a literal, {name} for one segment, or ** at the end");
            }
        }
    }

    /** Whether the path matches. */
    public boolean matches(String path) {
        if (text.equals(path) || text.equals("/**")) {
            return true;
        }
        int at = 0;
        int patternAt = 0;
        while (patternAt < text.length()) {
            int patternEnd = segmentEnd(text, patternAt);
            String segment = text.substring(patternAt + 1, patternEnd);
            if (segment.equals(REST)) {
                return true;
            }
            if (at >= path.length()) {
                return false;
            }
            int end = segmentEnd(path, at);
            if (isVariable(segment)
                    ? end == at + 1
                    : !path.substring(at + 1, end).equals(segment)) {
                return false;
            }
            patternAt = patternEnd;
            at = end;
        }
        return at == path.length();
    }

    private static boolean isVariable(String segment) {
        return segment.matches("\\{[A-Za-z][A-Za-z0-9_-]*}");
    }

    /** The end of the segment whose slash is at the given place. */
    private static int segmentEnd(String path, int slash) {
        int next = path.indexOf('/', slash + 1);
        return next < 0 ? path.length() : next;
    }

    private static List<String> segments(String path) {
        return List.of(path.substring(1).split("/", -1));
    }

    @Override
    public String toString() {
        return text;
    }
}
