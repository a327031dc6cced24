package dev.reprise.conformance;

import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A request body.
 *
 * @param mediaType its {@code Content-Type}
 * @param text the body, sent as UTF-8
 */
public record Payload(String mediaType, String text) {
    /** A number that is a value in JSON or in a form; the rest of the body stays as it is. */
    private static final Pattern NUMBER = Pattern.compile("(?<=[:=])(\\s*)([1-9][0-9]{0,17})(?=\\s*(?:[,}\\]&]|$))");

    public Payload {
        Objects.requireNonNull(mediaType);
        Objects.requireNonNull(text);
    }

    /** Another body for the same key: {@link #withNumberSmallerBy} one. */
    public Optional<Payload> withSmallerNumber() {
        return withNumberSmallerBy(1);
    }

    /**
     * The same body with the first number made smaller that stays above 0. Empty if there is none. An amount never grows.
     *
     * @param difference above 0
     */
    public Optional<Payload> withNumberSmallerBy(int difference) {
        Matcher matcher = NUMBER.matcher(text);
        while (matcher.find()) {
            long number = Long.parseLong(matcher.group(2));
            if (number > difference) {
                return Optional.of(new Payload(
                        mediaType,
                        text.substring(0, matcher.start(2)) + (number - difference) + text.substring(matcher.end(2))));
            }
        }
        return Optional.empty();
    }
}
