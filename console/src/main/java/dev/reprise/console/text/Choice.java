package dev.reprise.console.text;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Reads the constants of an enum as people write them: in lower case, with hyphens. */
public final class Choice {
    private Choice() {}

    /**
     * Reads one of the constants.
     *
     * @throws IllegalArgumentException if it is none of them; the message lists them
     */
    public static <E extends Enum<E>> E parse(Class<E> type, String text) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> written(constant).equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException('"' + text + "\" is none of "
                        + Arrays.stream(type.getEnumConstants())
                                .map(Choice::written)
                                .collect(Collectors.joining(", "))));
    }

    /** The constant as people write it. */
    public static String written(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
