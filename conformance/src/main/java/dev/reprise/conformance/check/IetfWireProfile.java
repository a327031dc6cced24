package dev.reprise.conformance.check;

import dev.reprise.conformance.Field;
import java.util.List;

/** The IETF draft: a structured field, problem documents. */
final class IetfWireProfile implements WireProfile {
    @Override
    public List<Field> fields(TestKey key, String header) {
        return List.of(new Field(header, quoted(key.value())));
    }

    /** An RFC 9651 String. */
    static String quoted(String key) {
        return '"' + key.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    @Override
    public List<Malformed> malformed() {
        return List.of(
                Malformed.should("open-quote", "A string without its closing quote is refused", key -> '"' + key),
                Malformed.should(
                        "bad-escape", "A string with an unknown escape is refused", key -> '"' + key + "\\n" + '"'),
                // The two bytes of é in UTF-8.
                Malformed.should(
                        "non-ascii",
                        "A string with bytes outside of ASCII is refused",
                        key -> '"' + key + "\u00c3\u00a9" + '"'),
                Malformed.ours("empty", "An empty key is refused", key -> "\"\""),
                Malformed.ours(
                        Malformed.TOO_LONG,
                        "A key of more than 255 characters is refused",
                        key -> quoted(key + "x".repeat(256 - key.length()))),
                Malformed.twoLines(IetfWireProfile::quoted));
    }
}
