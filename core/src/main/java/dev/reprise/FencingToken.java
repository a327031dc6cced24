package dev.reprise;

/**
 * A number that grows with every new owner of an operation; every write after the claim carries it, so that a late
 * owner changes nothing (S27).
 *
 * @param value positive for a token that a store issued, zero for {@link #NONE}
 */
public record FencingToken(long value) implements Comparable<FencingToken> {
    /** The token that no store issues. */
    public static final FencingToken NONE = new FencingToken(0);

    /** @throws IllegalArgumentException if the value is negative */
    public FencingToken {
        if (value < 0) {
            throw new IllegalArgumentException("A fencing token is not negative: " + value);
        }
    }

    @Override
    public int compareTo(FencingToken other) {
        return Long.compare(value, other.value);
    }
}
