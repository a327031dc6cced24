package dev.reprise.http;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A JSON value. */
sealed interface Json {
    /** The members in the order of their names' UTF-16 code units, which is the canonical one. */
    record Members(TreeMap<String, Json> members) implements Json {
        @Override
        public void writeTo(StringBuilder canonical) {
            char before = '{';
            for (Map.Entry<String, Json> member : members.entrySet()) {
                canonical.append(before);
                quote(member.getKey(), canonical);
                canonical.append(':');
                member.getValue().writeTo(canonical);
                before = ',';
            }
            canonical.append(members.isEmpty() ? "{}" : "}");
        }
    }

    /** The elements in their order. */
    record Elements(List<Json> elements) implements Json {
        @Override
        public void writeTo(StringBuilder canonical) {
            char before = '[';
            for (Json element : elements) {
                canonical.append(before);
                element.writeTo(canonical);
                before = ',';
            }
            canonical.append(elements.isEmpty() ? "[]" : "]");
        }
    }

    /** A text, unescaped. */
    record Text(String value) implements Json {
        @Override
        public void writeTo(StringBuilder canonical) {
            quote(value, canonical);
        }
    }

    /** A number as it was written. */
    record Numeral(String literal) implements Json {
        @Override
        public void writeTo(StringBuilder canonical) {
            canonical.append(JsonNumber.canonical(literal));
        }
    }

    /** {@code true}, {@code false} or {@code null}. */
    record Word(String word) implements Json {
        @Override
        public void writeTo(StringBuilder canonical) {
            canonical.append(word);
        }
    }

    /** What is behind a name that occurs more than once in an object, so that nobody can say which one is meant. */
    record Repeated() implements Json {
        @Override
        public void writeTo(StringBuilder canonical) {
            throw new IllegalStateException("An object with a name twice has no canonical form");
        }
    }

    /** Appends the canonical form (RFC 8785, and {@link JsonNumber}). */
    void writeTo(StringBuilder canonical);

    /** The canonical form (RFC 8785, and {@link JsonNumber}). */
    default String canonical() {
        StringBuilder canonical = new StringBuilder();
        writeTo(canonical);
        return canonical.toString();
    }

    /**
     * The value that an RFC 6901 pointer leads to; none if there is none, and {@link Repeated} if one of its names is twice
     * in its object.
     *
     * @param pointer empty for this value, otherwise starting with a slash
     */
    default Optional<Json> at(String pointer) {
        Json value = this;
        for (String name : names(pointer)) {
            Json next = switch (value) {
                case Repeated twice -> twice;
                case Members object -> object.members().get(name);
                case Elements array -> {
                    boolean index = name.matches("0|[1-9][0-9]{0,8}")
                            && Integer.parseInt(name) < array.elements().size();
                    yield index ? array.elements().get(Integer.parseInt(name)) : null;
                }
                case Text ignored -> null;
                case Numeral ignored -> null;
                case Word ignored -> null;
            };
            if (next == null) {
                return Optional.empty();
            }
            value = next;
        }
        return Optional.of(value);
    }

    /** This value without what is behind the given RFC 6901 pointers, which lead through objects only. */
    default Json without(List<String> pointers) {
        Json value = this;
        for (String pointer : pointers) {
            value = without(value, names(pointer));
        }
        return value;
    }

    private static Json without(Json value, List<String> names) {
        if (!(value instanceof Members(TreeMap<String, Json> members))) {
            return value;
        }
        String name = names.get(0);
        Json member = members.get(name);
        if (member == null) {
            return value;
        }
        TreeMap<String, Json> others = new TreeMap<>(members);
        if (names.size() == 1) {
            others.remove(name);
        } else {
            others.put(name, without(member, names.subList(1, names.size())));
        }
        return new Members(others);
    }

    /** The names and indexes that an RFC 6901 pointer is made of. */
    static List<String> names(String pointer) {
        return pointer.isEmpty()
                ? List.of()
                : Stream.of(pointer.substring(1).split("/", -1))
                        .map(token -> token.replace("~1", "/").replace("~0", "~"))
                        .toList();
    }

    /** A text between quotes, with nothing escaped that does not have to be. */
    static String quote(String text) {
        StringBuilder json = new StringBuilder(text.length() + 2);
        quote(text, json);
        return json.toString();
    }

    private static void quote(String text, StringBuilder json) {
        json.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> json.append('\\').append(c);
                case '\b' -> json.append("\\b");
                case '\t' -> json.append("\\t");
                case '\n' -> json.append("\\n");
                case '\f' -> json.append("\\f");
                case '\r' -> json.append("\\r");
                default -> {
                    if (c < 0x20) {
                        json.append(String.format("\\u%04x", (int) c));
                    } else {
                        json.append(c);
                    }
                }
            }
        }
        json.append('"');
    }
}
