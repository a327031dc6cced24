package dev.reprise.http;

import java.nio.charset.StandardCharsets;

/**
 * A path in the one form in which paths are compared: what may stand in a path as it is, does, and everything else is a
 * percent sign and two digits, letters among them in upper case (RFC 3986, section 6.2.2). Two spellings that every
 * service takes for the same path have the same form; nothing is resolved in which services differ, see
 * {@link PathReading}.
 *
 * <p>Immutable and thread-safe.
 */
public final class RequestPath {
    /** The characters of a segment (RFC 3986, section 3.3) without the one that may begin a parameter. */
    private static final AsciiSet PLAIN = AsciiSet.LETTERS.or(AsciiSet.DIGITS).or(AsciiSet.of("-._~!$&'()*+,=:@"));

    private final String normal;
    private final boolean ambiguous;

    private RequestPath(String normal, boolean ambiguous) {
        this.normal = normal;
        this.ambiguous = ambiguous;
    }

    /**
     * A path as a request has it.
     *
     * @param path percent-encoded, without the query; what may not stand in a path is taken for its encoded form, a
     *     percent sign without two digits among it
     */
    public static RequestPath sent(String path) {
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '/' ? i + 1 < path.length() && "/.".indexOf(path.charAt(i + 1)) >= 0 : !PLAIN.contains(c)) {
                return new RequestPath(normalized(path), true);
            }
        }
        return new RequestPath(path, false);
    }

    /**
     * A path that was decoded and has selected a handler: nothing in it is ambiguous any more.
     *
     * @param path decoded; every character stands for itself, and slashes between segments
     */
    public static RequestPath decoded(String path) {
        StringBuilder normal = new StringBuilder(path.length());
        path.codePoints().forEach(c -> {
            if (c == '/' || PLAIN.contains(c)) {
                normal.append((char) c);
            } else {
                escape(Character.toString(c), normal);
            }
        });
        return new RequestPath(normal.toString(), false);
    }

    /** The path in its normal form. */
    public String normal() {
        return normal;
    }

    /** Whether it has something in it in which services may differ. */
    boolean mayBeAmbiguous() {
        return ambiguous;
    }

    private static String normalized(String path) {
        StringBuilder normal = new StringBuilder(path.length() + 16);
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            int octet = c == '%' ? octet(path, i + 1) : -1;
            if (octet >= 0) {
                i += 2;
                if (PLAIN.contains(octet)) {
                    normal.append((char) octet);
                } else {
                    escape(octet, normal);
                }
            } else if (c == '/' || c == ';' || PLAIN.contains(c)) {
                normal.append(c);
            } else if (Character.isHighSurrogate(c) && i + 1 < path.length()) {
                escape(path.substring(i, i + 2), normal);
                i++;
            } else {
                escape(String.valueOf(c), normal);
            }
        }
        return normal.toString();
    }

    /** The octet that two digits stand for, -1 if they are none. */
    static int octet(String text, int at) {
        if (at + 2 > text.length()) {
            return -1;
        }
        int high = Character.digit(text.charAt(at), 16);
        int low = Character.digit(text.charAt(at + 1), 16);
        return high < 0 || low < 0 || text.charAt(at) > 'f' || text.charAt(at + 1) > 'f' ? -1 : high * 16 + low;
    }

    private static void escape(String character, StringBuilder normal) {
        for (byte octet : character.getBytes(StandardCharsets.UTF_8)) {
            escape(octet & 0xff, normal);
        }
    }

    private static void escape(int octet, StringBuilder normal) {
        normal.append('%').append("0123456789ABCDEF".charAt(octet >> 4)).append("0123456789ABCDEF".charAt(octet & 15));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RequestPath that && normal.equals(that.normal);
    }

    @Override
    public int hashCode() {
        return normal.hashCode();
    }

    @Override
    public String toString() {
        return normal;
    }
}
