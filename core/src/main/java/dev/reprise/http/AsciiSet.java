package dev.reprise.http;

/** Some of the first 128 characters, which are asked for with each character of a path or a key. Immutable. */
final class AsciiSet {
    private static final char END = 0x80;

    /** All that can be seen: no space, no control character. */
    static final AsciiSet VISIBLE = between('!', '~');

    static final AsciiSet DIGITS = between('0', '9');
    static final AsciiSet LETTERS = between('A', 'Z').or(between('a', 'z'));

    private final boolean[] contained;

    private AsciiSet(boolean[] contained) {
        this.contained = contained;
    }

    /** These characters. */
    static AsciiSet of(String characters) {
        boolean[] contained = new boolean[END];
        characters.chars().forEach(c -> contained[c] = true);
        return new AsciiSet(contained);
    }

    private static AsciiSet between(char first, char last) {
        boolean[] contained = new boolean[END];
        for (char c = first; c <= last; c++) {
            contained[c] = true;
        }
        return new AsciiSet(contained);
    }

    /** What is in one of them. */
    AsciiSet or(AsciiSet other) {
        boolean[] either = contained.clone();
        for (char c = 0; c < END; c++) {
            either[c] |= other.contained[c];
        }
        return new AsciiSet(either);
    }

    /** What is in this one, and not in the other. */
    AsciiSet without(AsciiSet other) {
        boolean[] left = contained.clone();
        for (char c = 0; c < END; c++) {
            left[c] &= !other.contained[c];
        }
        return new AsciiSet(left);
    }

    boolean contains(int c) {
        return c >= 0 && c < END && contained[c];
    }
}
