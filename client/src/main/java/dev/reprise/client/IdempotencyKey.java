package dev.reprise.client;

/**
 * The name of one operation: 1 to 255 printable ASCII characters, the same on every attempt (C1).
 *
 * <p>{@link #toString} shortens the key, so that a log line never holds a whole one.
 *
 * @param value the key, unquoted
 */
public record IdempotencyKey(String value) {
    /** The longest key, in characters. */
    public static final int MAX_LENGTH = 255;

    /** @throws IllegalArgumentException if the value is empty, too long or not printable ASCII */
    public IdempotencyKey {
        if (value.isEmpty() || value.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "An idempotency key has 1 to " + MAX_LENGTH + " characters, this one has " + value.length());
        }
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) < 0x20 || value.charAt(i) > 0x7e) {
                throw new IllegalArgumentException(
                        "An idempotency key is printable ASCII; character " + (i + 1) + " of this one is not");
            }
        }
    }

    /** The key shortened to at most its first eight characters, for logs and messages. */
    @Override
    public String toString() {
        return value.length() <= 8 ? value : value.substring(0, 8) + "…";
    }
}
