package dev.reprise;

/**
 * Which code carries an operation through: its name, and a version that changes when operations under way cannot be
 * continued by the changed code. A node that does not know both leaves the operation alone.
 *
 * @param name such as {@code book-ride}
 * @param version from 1
 */
public record OperationType(String name, int version) {
    /** The longest name that is accepted, in characters. */
    public static final int MAX_LENGTH = 100;

    /** @throws IllegalArgumentException if the name is empty, too long or not printable ASCII, or the version is not positive */
    public OperationType {
        if (name.isEmpty() || name.length() > MAX_LENGTH || !name.chars().allMatch(c -> c >= 0x20 && c <= 0x7e)) {
            throw new IllegalArgumentException(
                    "A type is named by 1 to " + MAX_LENGTH + " characters of printable ASCII: " + name);
        }
        if (version < 1) {
            throw new IllegalArgumentException("A type's version is positive: " + version);
        }
    }

    @Override
    public String toString() {
        return name + " version " + version;
    }
}
