package dev.reprise.conformance.check;

import dev.reprise.conformance.Field;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** OASIS Repeatable Requests: an opaque identifier and the time of its first use. */
final class OasisWireProfile implements WireProfile {
    static final String FIRST_SENT = "Repeatability-First-Sent";
    static final String RESULT = "Repeatability-Result";

    /** IMF-fixdate (RFC 9110, section 5.6.7). */
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
            .withZone(ZoneOffset.UTC);

    static String date(Instant instant) {
        return DATE.format(instant);
    }

    @Override
    public List<Field> fields(TestKey key, String header) {
        return Stream.concat(Stream.of(new Field(header, key.value())), companions(key).stream())
                .toList();
    }

    @Override
    public List<Field> companions(TestKey key) {
        return List.of(new Field(FIRST_SENT, date(key.firstSent())));
    }

    @Override
    public List<Malformed> malformed() {
        return List.of(
                Malformed.ours("empty", "An empty identifier is refused", key -> ""),
                Malformed.ours(
                        "non-ascii",
                        "An identifier with bytes outside of ASCII is refused",
                        key -> key + "\u00c3\u00a9"),
                Malformed.ours(
                        Malformed.TOO_LONG,
                        "An identifier of more than 255 characters is refused",
                        key -> key + "x".repeat(256 - key.length())),
                Malformed.twoLines(UnaryOperator.identity()));
    }
}
