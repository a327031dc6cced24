package dev.reprise.resumable;

/**
 * Turns the input of an operation and the results of its steps into bytes and back.
 *
 * <p>What was written must be readable as long as operations last, also by the next release. Thread-safe.
 *
 * @param <V> the type of the values
 */
public interface Codec<V> {
    /** The value as bytes. */
    byte[] encode(V value);

    /**
     * The value that the bytes stand for.
     *
     * @throws RuntimeException if there is none, which parks the operation
     */
    V decode(byte[] bytes);
}
