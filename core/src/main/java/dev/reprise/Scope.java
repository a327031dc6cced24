package dev.reprise;

/**
 * Who asks and what is asked, so that a key never reaches another tenant's response (S12).
 *
 * @param principal the tenant or user, derived from the authenticated credential and never from a field that the
 *     caller can choose; credentials themselves belong hashed here
 * @param route the endpoint's name, such as {@code /v1/charges} or {@code /payment/{to}}
 */
public record Scope(String principal, String route) {
    /** The longest principal and the longest route that are accepted, in characters. */
    public static final int MAX_LENGTH = 1024;

    /** @throws IllegalArgumentException if a component is too long, or holds a control character or half a surrogate pair */
    public Scope {
        check("principal", principal);
        check("route", route);
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
