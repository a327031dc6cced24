package dev.reprise;

import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who asks and what is asked, so that a key never reaches another tenant's response (S12).
 *
 * @param principal the tenant or user, derived from the authenticated credential and never from a field that the
 *     caller can choose; credentials themselves belong hashed here
 * @param route the endpoint's name, such as {@code /v1/charges} or {@code /payment/{to}}
 */
public record Scope(String principal, String route) {
    private static final char BEFORE_DIGEST = '#';
    private static final Pattern ENDPOINT = Pattern.compile("(.+)" + BEFORE_DIGEST + "[A-Za-z0-9_-]{22}");

    /** The longest principal and the longest route that are accepted, in characters. */
    public static final int MAX_LENGTH = 1024;

    /** @throws IllegalArgumentException if a component is too long, or holds a control character or half a surrogate pair */
    public Scope {
        check("principal", principal);
        check("route", route);
    }

    /**
     * A scope within a route, such as one path of it.
     *
     * @param within a digest of what tells the operations of one caller at that route apart, 16 bytes of which count
     */
    public static Scope within(String principal, String route, byte[] within) {
        String digest = Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(within, 16));
        return new Scope(principal, route + BEFORE_DIGEST + digest);
    }

    /** The route without what tells operations within it apart, of which there may be any number. */
    public String endpoint() {
        Matcher within = ENDPOINT.matcher(route);
        return within.matches() ? within.group(1) : route;
    }

    private static void check(String what, String value) {
        if (value.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "A " + what + " has at most " + MAX_LENGTH + " characters, this one has " + value.length());
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c >= 0x20 && c < Character.MIN_SURROGATE) {
                continue;
            }
            boolean pair = Character.isHighSurrogate(c)
                    && i + 1 < value.length()
                    && Character.isLowSurrogate(value.charAt(i + 1));
            if (c < 0x20 || (Character.isSurrogate(c) && !pair)) {
                throw new IllegalArgumentException(
                        "A " + what + " must not hold control characters or halves of surrogate pairs");
            }
            i += pair ? 1 : 0;
        }
    }
}
