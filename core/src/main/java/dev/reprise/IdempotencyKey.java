package dev.reprise;

/**
 * The client's identifier of one operation: 1 to 255 printable ASCII characters, case-sensitive (S2, S3).
 *
 * <p>{@link #toString} shortens the key, so that a log line never holds a whole one.
 *
 * @param value the key as the client meant it, unquoted and unescaped
 */
public record IdempotencyKey(String value) {
    /** The longest key that is accepted, in characters. */
    public static final int MAX_LENGTH = 255;

    /** @throws IllegalArgumentException if the value is empty, too long or not printable ASCII */
    public IdempotencyKey {
        if (value.isEmpty() || value.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "An idempotency key has 1 to " + MAX_LENGTH + " characters, this one has " + value.length());
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < 0x20 || c > 0x7e) {
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
