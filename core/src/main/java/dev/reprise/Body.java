package dev.reprise;

import java.util.Arrays;

/**
 * The content of a response: its bytes, or the mark that they were left out because they are too many or never end
 * (S21). Also what else a record keeps without looking into it, such as the results of steps.
 *
 * <p>Immutable and thread-safe as long as nobody writes to the arrays that come in and go out; they are not copied,
 * because bodies are large.
 */
public final class Body {
    /** No bytes. */
    public static final Body EMPTY = new Body(new byte[0], false);

    /** Content that was left out of the record. */
    public static final Body OMITTED = new Body(new byte[0], true);

    private final byte[] bytes;
    private final boolean omitted;

    private Body(byte[] bytes, boolean omitted) {
        this.bytes = bytes;
        this.omitted = omitted;
    }

    /** The given bytes, which the caller must not change afterwards. */
    public static Body of(byte[] bytes) {
        return bytes.length == 0 ? EMPTY : new Body(bytes, false);
    }

    /** The bytes, which the caller must not change; none if the content was left out. */
    public byte[] bytes() {
        return bytes;
    }

    /** The number of bytes held here. */
    public int length() {
        return bytes.length;
    }

    /** Whether the content was left out. */
    public boolean isOmitted() {
        return omitted;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Body that && omitted == that.omitted && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Boolean.hashCode(omitted) + 31 * Arrays.hashCode(bytes);
    }

    /** The size; content may be confidential and stays out of logs. */
    @Override
    public String toString() {
        return omitted ? "omitted" : bytes.length + " bytes";
    }
}
