package dev.reprise.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * A cursor over the bare items of a structured field (RFC 9651, section 4.2.3.1). Each method stands at the first character
 * of an item, and either moves behind it or says that there is none.
 */
final class BareItem {
    private static final AsciiSet TOKEN = AsciiSet.LETTERS.or(AsciiSet.DIGITS).or(AsciiSet.of("!#$%&'*+-.^_`|~:/"));
    private static final int INTEGER_DIGITS = 15;
    private static final int DIGITS_BEFORE_POINT = 12;
    private static final int DIGITS_BEHIND_POINT = 3;

    private final String text;
    private int at;

    BareItem(String text) {
        this.text = text;
    }

    boolean atEnd() {
        return at == text.length();
    }

    /** Moves behind the character if it comes next. */
    boolean taken(char expected) {
        boolean next = !atEnd() && text.charAt(at) == expected;
        at += next ? 1 : 0;
        return next;
    }

    /** Moves behind an item of whichever type. */
    boolean skip() {
        if (atEnd()) {
            return false;
        }
        char first = text.charAt(at);
        return switch (first) {
            case '"' -> string(new StringBuilder());
            case ':' -> bytes();
            case '?' -> truth();
            case '@' -> date();
            case '%' -> displayString();
            default -> (first == '-' || isDigit(first)) ? number() : token();
        };
    }

    /** Moves behind a name, which starts with a small letter or an asterisk (section 4.2.3.3). */
    boolean key() {
        int start = at;
        while (!atEnd() && isKeyCharacter(text.charAt(at), at == start)) {
            at++;
        }
        return at > start;
    }

    /** Moves behind a String and unescapes it (section 4.2.5). */
    boolean string(StringBuilder into) {
        at++;
        while (!atEnd()) {
            char c = text.charAt(at++);
            if (c == '"') {
                return true;
            }
            if (c == '\\') {
                if (atEnd() || "\"\\".indexOf(text.charAt(at)) < 0) {
                    return false;
                }
                c = text.charAt(at++);
            } else if (!isPrintable(c)) {
                return false;
            }
            into.append(c);
        }
        return false;
    }

    private boolean number() {
        taken('-');
        int before = digits();
        if (!taken('.')) {
            return before >= 1 && before <= INTEGER_DIGITS;
        }
        int behind = digits();
        return before >= 1 && before <= DIGITS_BEFORE_POINT && behind >= 1 && behind <= DIGITS_BEHIND_POINT;
    }

    /** Seconds, without a fraction. */
    private boolean date() {
        at++;
        taken('-');
        int digits = digits();
        return digits >= 1 && digits <= INTEGER_DIGITS;
    }

    private int digits() {
        int start = at;
        while (!atEnd() && isDigit(text.charAt(at))) {
            at++;
        }
        return at - start;
    }

    private boolean truth() {
        at++;
        return taken('0') || taken('1');
    }

    private boolean token() {
        char first = text.charAt(at);
        if (!isLetter(first) && first != '*') {
            return false;
        }
        while (!atEnd() && isTokenCharacter(text.charAt(at))) {
            at++;
        }
        return true;
    }

    /** The padding may be missing, as in section 4.2.7. */
    private boolean bytes() {
        int end = text.indexOf(':', at + 1);
        if (end < 0) {
            return false;
        }
        try {
            Base64.getDecoder().decode(text.substring(at + 1, end));
        } catch (IllegalArgumentException e) {
            return false;
        }
        at = end + 1;
        return true;
    }

    private boolean displayString() {
        at++;
        if (!taken('"')) {
            return false;
        }
        ByteBuffer utf8 = ByteBuffer.allocate(text.length() - at);
        while (!atEnd() && isPrintable(text.charAt(at))) {
            char c = text.charAt(at++);
            if (c == '"') {
                return isUtf8(utf8.flip());
            }
            int octet = c == '%' ? escapedOctet() : c;
            if (octet < 0) {
                return false;
            }
            utf8.put((byte) octet);
        }
        return false;
    }

    /** The octet behind a percent sign, -1 if there is none: its digits are small letters. */
    private int escapedOctet() {
        if (text.length() - at < 2) {
            return -1;
        }
        int high = "0123456789abcdef".indexOf(text.charAt(at++));
        int low = "0123456789abcdef".indexOf(text.charAt(at++));
        return high < 0 || low < 0 ? -1 : high * 16 + low;
    }

    private static boolean isUtf8(ByteBuffer octets) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(octets);
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private static boolean isKeyCharacter(char c, boolean first) {
        return (c >= 'a' && c <= 'z') || c == '*' || (!first && (isDigit(c) || "_-.".indexOf(c) >= 0));
    }

    private static boolean isTokenCharacter(char c) {
        return TOKEN.contains(c);
    }

    private static boolean isPrintable(char c) {
        return c >= 0x20 && c <= 0x7e;
    }

    private static boolean isDigit(char c) {
        return AsciiSet.DIGITS.contains(c);
    }

    private static boolean isLetter(char c) {
        return AsciiSet.LETTERS.contains(c);
    }
}
