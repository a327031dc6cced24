package dev.reprise.console.text;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads amounts with their units, as people write them. */
public final class Quantity {
    private static final Pattern AMOUNT = Pattern.compile("(\\d{1,9})\\s*([A-Za-z]*)");
    private static final Map<String, Duration> TIMES = Map.of(
            "ms", Duration.ofMillis(1),
            "s", Duration.ofSeconds(1),
            "m", Duration.ofMinutes(1),
            "h", Duration.ofHours(1),
            "d", Duration.ofDays(1));
    /** Beyond it, counting in nanoseconds overflows. */
    private static final Duration LONGEST = Duration.ofDays(100 * 365);

    private static final Map<String, Long> SIZES =
            Map.of("", 1L, "b", 1L, "kib", 1L << 10, "mib", 1L << 20, "gib", 1L << 30);

    private Quantity() {}

    /**
     * Reads a time such as {@code 200ms}, {@code 30s}, {@code 5m}, {@code 24h} or {@code 7d}; zero needs no unit.
     *
     * @throws IllegalArgumentException if it is something else
     */
    public static Duration duration(String text) {
        Matcher amount = AMOUNT.matcher(text.strip());
        if (amount.matches()) {
            long number = Long.parseLong(amount.group(1));
            Duration unit = TIMES.get(amount.group(2));
            if (unit != null && unit.multipliedBy(number).compareTo(LONGEST) <= 0) {
                return unit.multipliedBy(number);
            }
            if (number == 0 && amount.group(2).isEmpty()) {
                return Duration.ZERO;
            }
        }
        throw new IllegalArgumentException(
                '"' + text + "\" is not a time below 100 years; write a number and ms, s, m, h or d, as in 30s");
    }

    /** A time as {@link #duration} reads it, in the greatest unit that gives a whole number. */
    public static String written(Duration time) {
        long millis = time.toMillis();
        for (String unit : new String[] {"d", "h", "m", "s"}) {
            Duration length = TIMES.getOrDefault(unit, Duration.ofMillis(1));
            if (millis > 0 && millis % length.toMillis() == 0) {
                return millis / length.toMillis() + unit;
            }
        }
        return millis + "ms";
    }

    /**
     * Reads a size such as {@code 512}, {@code 64KiB} or {@code 1MiB}, below 2 GiB.
     *
     * @throws IllegalArgumentException if it is something else
     */
    public static int bytes(String text) {
        Matcher amount = AMOUNT.matcher(text.strip());
        if (amount.matches()) {
            Long unit = SIZES.get(amount.group(2).toLowerCase(Locale.ROOT));
            if (unit != null && Long.parseLong(amount.group(1)) * unit <= Integer.MAX_VALUE) {
                return (int) (Long.parseLong(amount.group(1)) * unit);
            }
        }
        throw new IllegalArgumentException('"' + text
                + "\" is not a size below 2 GiB; write a number of bytes, or one with KiB or MiB, as in 64KiB");
    }
}
