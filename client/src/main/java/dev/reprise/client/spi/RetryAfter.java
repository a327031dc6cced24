package dev.reprise.client.spi;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The field {@code Retry-After} in all forms of RFC 9110: seconds, and the three of an HTTP date (C4). */
public final class RetryAfter {
    private static final DateTimeFormatter FIXDATE = form("EEE, dd MMM yyyy HH:mm:ss 'GMT'");
    private static final DateTimeFormatter ASCTIME = form("EEE MMM ppd HH:mm:ss yyyy");

    private RetryAfter() {}

    /** How long the server asks to wait, zero for a time that is over; empty if the value has none of the forms. */
    public static Optional<Duration> parse(String value, Instant now) {
        String text = value.strip();
        if (!text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            // More digits than a long holds mean more than a year as well.
            return Optional.of(Duration.ofSeconds(text.length() > 12 ? 999_999_999_999L : Long.parseLong(text)));
        }
        for (DateTimeFormatter form : List.of(FIXDATE, rfc850(now), ASCTIME)) {
            try {
                Duration wait =
                        Duration.between(now, LocalDateTime.parse(text, form).toInstant(ZoneOffset.UTC));
                return Optional.of(wait.isNegative() ? Duration.ZERO : wait);
            } catch (DateTimeException e) {
                // One of the other forms, or none.
            }
        }
        return Optional.empty();
    }

    /** The form that is written today, as of {@code Repeatability-First-Sent}. */
    public static String format(Instant time) {
        return FIXDATE.format(time.atOffset(ZoneOffset.UTC));
    }

    /** A year of two digits lies at most 50 years ahead (RFC 9110, 5.6.7). */
    private static DateTimeFormatter rfc850(Instant now) {
        int earliest = now.atOffset(ZoneOffset.UTC).getYear() - 49;
        return new DateTimeFormatterBuilder()
                .appendPattern("EEEE, dd-MMM-")
                .appendValueReduced(ChronoField.YEAR, 2, 2, earliest)
                .appendPattern(" HH:mm:ss 'GMT'")
                .toFormatter(Locale.ENGLISH);
    }

    private static DateTimeFormatter form(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH);
    }
}
