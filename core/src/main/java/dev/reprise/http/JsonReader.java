package dev.reprise.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Reads JSON strictly: RFC 8259, in UTF-8, without duplicate names and half surrogate pairs (RFC 7493), and nested at most
 * {@value #DEEPEST} deep. Whatever two readers could take for different things is not read at all.
 */
final class JsonReader {
    private static final int DEEPEST = 200;
    /** Longer ones take time that grows with the square of their length. */
    private static final int LONGEST_NUMBER = 1_000;

    private static final Pattern NUMBER = Pattern.compile("-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]{1,9})?");

    private final String text;
    private final List<LocatedJson.Span> spans = new ArrayList<>();
    private int at;
    private boolean repeats;

    private JsonReader(String text) {
        this.text = text;
    }

    /** The value that the bytes stand for; none if they are not such JSON. */
    static Optional<Json> read(byte[] utf8) {
        return locate(utf8, MemberPaths.NONE).map(LocatedJson::value);
    }

    /** The same, with {@link Json.Repeated} behind names that an object has twice, for who looks for one value only. */
    static Optional<Json> readWithRepetitions(byte[] utf8) {
        return locateWithRepetitions(utf8, MemberPaths.NONE).map(LocatedJson::value);
    }

    /** The value, and where in it the wanted ones are. */
    static Optional<LocatedJson> locate(byte[] utf8, MemberPaths wanted) {
        return locate(utf8, wanted, false);
    }

    /** The same, with all places of a wanted value whose name an object has twice. */
    static Optional<LocatedJson> locateWithRepetitions(byte[] utf8, MemberPaths wanted) {
        return locate(utf8, wanted, true);
    }

    private static Optional<LocatedJson> locate(byte[] utf8, MemberPaths wanted, boolean repetitions) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
            JsonReader reader = new JsonReader(text);
            Json value = reader.value(0, wanted);
            reader.skipSpace();
            boolean whole = reader.at == text.length() && (repetitions || !reader.repeats);
            return whole ? Optional.of(new LocatedJson(value, text, reader.spans)) : Optional.empty();
        } catch (CharacterCodingException | NotJson e) {
            return Optional.empty();
        }
    }

    /** Ends the reading from whatever depth; carries nothing. */
    private static final class NotJson extends Exception {
        private static final long serialVersionUID = 1;

        private NotJson() {
            super(null, null, false, false);
        }
    }

    private Json value(int depth, MemberPaths wanted) throws NotJson {
        if (depth > DEEPEST) {
            throw new NotJson();
        }
        skipSpace();
        if (!wanted.endHere()) {
            return valueAround(depth, wanted);
        }
        int start = at;
        Json value = valueAround(depth, MemberPaths.NONE);
        spans.add(new LocatedJson.Span(start, at));
        return value;
    }

    private Json valueAround(int depth, MemberPaths wanted) throws NotJson {
        return switch (peek()) {
            case '{' -> object(depth, wanted);
            case '[' -> array(depth, wanted);
            case '"' -> new Json.Text(string());
            case 't' -> word("true");
            case 'f' -> word("false");
            case 'n' -> word("null");
            default -> number();
        };
    }

    private Json object(int depth, MemberPaths wanted) throws NotJson {
        TreeMap<String, Json> members = new TreeMap<>();
        at++;
        skipSpace();
        if (taken('}')) {
            return new Json.Members(members);
        }
        do {
            skipSpace();
            String name = string();
            skipSpace();
            take(':');
            if (members.put(name, value(depth + 1, wanted.member(name))) != null) {
                members.put(name, new Json.Repeated());
                repeats = true;
            }
            skipSpace();
        } while (taken(','));
        take('}');
        return new Json.Members(members);
    }

    private Json array(int depth, MemberPaths wanted) throws NotJson {
        List<Json> elements = new ArrayList<>();
        at++;
        skipSpace();
        if (taken(']')) {
            return new Json.Elements(elements);
        }
        do {
            elements.add(value(depth + 1, wanted.element(elements.size())));
            skipSpace();
        } while (taken(','));
        take(']');
        return new Json.Elements(elements);
    }

    private String string() throws NotJson {
        take('"');
        StringBuilder value = new StringBuilder();
        for (char c = next(); c != '"'; c = next()) {
            if (c < 0x20) {
                throw new NotJson();
            }
            value.append(c == '\\' ? escaped() : c);
        }
        for (int i = 0; i < value.length(); i++) {
            if (Character.isHighSurrogate(value.charAt(i))
                    && i + 1 < value.length()
                    && Character.isLowSurrogate(value.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(value.charAt(i))) {
                throw new NotJson();
            }
        }
        return value.toString();
    }

    private char escaped() throws NotJson {
        char c = next();
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 't' -> '\t';
            case 'n' -> '\n';
            case 'f' -> '\f';
            case 'r' -> '\r';
            case 'u' -> {
                int code = 0;
                for (int i = 0; i < 4; i++) {
                    int digit = Character.digit(next(), 16);
                    if (digit < 0 || text.charAt(at - 1) > 'f') {
                        throw new NotJson();
                    }
                    code = code * 16 + digit;
                }
                yield (char) code;
            }
            default -> throw new NotJson();
        };
    }

    private Json word(String word) throws NotJson {
        if (!text.startsWith(word, at)) {
            throw new NotJson();
        }
        at += word.length();
        return new Json.Word(word);
    }

    private Json number() throws NotJson {
        int start = at;
        while (at < text.length() && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        String literal = text.substring(start, at);
        if (literal.length() > LONGEST_NUMBER || !NUMBER.matcher(literal).matches()) {
            throw new NotJson();
        }
        return new Json.Numeral(literal);
    }

    private void skipSpace() {
        while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private char peek() throws NotJson {
        if (at == text.length()) {
            throw new NotJson();
        }
        return text.charAt(at);
    }

    private char next() throws NotJson {
        char c = peek();
        at++;
        return c;
    }

    private boolean taken(char expected) throws NotJson {
        if (peek() != expected) {
            return false;
        }
        at++;
        return true;
    }

    private void take(char expected) throws NotJson {
        if (!taken(expected)) {
            throw new NotJson();
        }
    }
}
