package dev.reprise.conformance.check;

import dev.reprise.conformance.Level;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A way to write a key that is none (S2).
 *
 * @param lines the values of the field's lines, made from a new key
 */
record Malformed(String word, String title, Level level, List<UnaryOperator<String>> lines) {
    static final String TWO_LINES = "two-lines";
    static final String TOO_LONG = "too-long";

    Malformed {
        lines = List.copyOf(lines);
    }

    /** One that no standard calls malformed. */
    static Malformed ours(String word, String title, UnaryOperator<String> line) {
        return new Malformed(word, title, Level.OURS, List.of(line));
    }

    static Malformed should(String word, String title, UnaryOperator<String> line) {
        return new Malformed(word, title, Level.SHOULD, List.of(line));
    }

    /** Two lines of a field that has one value. */
    static Malformed twoLines(UnaryOperator<String> written) {
        return new Malformed(
                TWO_LINES,
                "Two field lines with different keys are refused",
                Level.SHOULD,
                List.of(written, key -> written.apply(key + "b")));
    }
}
