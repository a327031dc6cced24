package dev.reprise.http;

import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A JSON value as it is written, with the places of some values in it.
 *
 * @param text as it is written
 * @param spans the places in their order; none is within another one
 */
record LocatedJson(Json value, String text, List<Span> spans) {
    /**
     * Where a value is written.
     *
     * @param start its first character
     * @param end behind its last one
     */
    record Span(int start, int end) {}

    /** Copies the list. */
    LocatedJson {
        spans = List.copyOf(spans);
    }

    /** What is written at a place. */
    String written(Span span) {
        return text.substring(span.start(), span.end());
    }

    /** The text with something else at each of the places, and every other character as it is. */
    String replacing(UnaryOperator<String> replacement) {
        StringBuilder changed = new StringBuilder(text.length());
        int copied = 0;
        for (Span span : spans) {
            changed.append(text, copied, span.start()).append(replacement.apply(written(span)));
            copied = span.end();
        }
        return changed.append(text, copied, text.length()).toString();
    }
}
