package dev.reprise.http;

import dev.reprise.Response;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Answers that are recognised by their status: one status, a class, or all from one to another; where it says so only those with
 * the field {@code Retry-After}, by which a server says that it has not begun.
 *
 * <p>2xx is not among them: whoever says that it succeeded has done something.
 *
 * @param first the lowest status, from 300
 * @param last the highest status, up to 599
 * @param onlyWithRetryAfter whether the answers without the field are left out
 */
public record StatusRange(int first, int last, boolean onlyWithRetryAfter) {
    private static final int LOWEST = 300;
    private static final int HIGHEST = 599;
    private static final String RETRY_AFTER = "Retry-After";
    private static final Pattern WRITTEN =
            Pattern.compile("(?:(\\d)xx|(\\d{3})(?:-(\\d{3}))?)( with retry-after)?", Pattern.CASE_INSENSITIVE);

    /** @throws IllegalArgumentException if these are no statuses of failures or redirects */
    public StatusRange {
        if (first < LOWEST || last > HIGHEST || first > last) {
            throw new IllegalArgumentException(
                    first + " to " + last + " are no statuses from " + LOWEST + " to " + HIGHEST);
        }
    }

    /**
     * Reads {@code 404}, {@code 4xx}, {@code 400-404}, or {@code 503 with Retry-After}.
     *
     * @throws IllegalArgumentException if it is something else
     */
    public static StatusRange parse(String text) {
        Matcher written = WRITTEN.matcher(text.strip());
        if (!written.matches()) {
            throw new IllegalArgumentException('"' + text
                    + "\" is no status; write one as in 404, a class as in 4xx, a range as in 400-404, or one of them "
                    + "with a field as in 503 with Retry-After");
        }
        boolean withField = written.group(4) != null;
        if (written.group(1) != null) {
            int lowest = Integer.parseInt(written.group(1)) * 100;
            return new StatusRange(lowest, lowest + 99, withField);
        }
        int first = Integer.parseInt(written.group(2));
        return new StatusRange(first, written.group(3) == null ? first : Integer.parseInt(written.group(3)), withField);
    }

    boolean contains(Response response) {
        return response.status() >= first
                && response.status() <= last
                && (!onlyWithRetryAfter || response.headers().first(RETRY_AFTER).isPresent());
    }

    /** As {@link #parse} reads it. */
    @Override
    public String toString() {
        boolean whole = first % 100 == 0 && last == first + 99;
        String statuses = whole
                ? String.format(Locale.ROOT, "%dxx", first / 100)
                : first == last ? Integer.toString(first) : first + "-" + last;
        return onlyWithRetryAfter ? statuses + " with " + RETRY_AFTER : statuses;
    }
}
