package dev.reprise;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A versioned hash of a request: a retry has an equal one, another request under the same key does not (S9, S11).
 *
 * <p>Immutable and thread-safe. Fingerprints of different versions are never equal.
 */
public final class RequestFingerprint {
    private final int version;
    private final byte[] digest;

    /**
     * Creates a fingerprint.
     *
     * @param version the version of the algorithm that made it
     * @param digest the hash; copied
     * @throws IllegalArgumentException if the version is not positive or the digest has not 1 to 64 bytes
     */
    public RequestFingerprint(int version, byte[] digest) {
        if (version < 1) {
            throw new IllegalArgumentException("A fingerprint version is positive: " + version);
        }
        if (digest.length < 1 || digest.length > 64) {
            throw new IllegalArgumentException("A fingerprint has 1 to 64 bytes, not " + digest.length);
        }
        this.version = version;
        this.digest = digest.clone();
    }

    /** The version of the algorithm that made this fingerprint. */
    public int version() {
        return version;
    }

    /** A copy of the hash. */
    public byte[] digest() {
        return digest.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RequestFingerprint that
                && version == that.version
                && MessageDigest.isEqual(digest, that.digest);
    }

    @Override
    public int hashCode() {
        return 31 * version + Arrays.hashCode(digest);
    }

    @Override
    public String toString() {
        return "v" + version + ":" + HexFormat.of().formatHex(digest, 0, Math.min(8, digest.length));
    }

    /**
     * One request's fingerprints in every version that this release still knows, so that a record written before an
     * upgrade is compared by its own version (S11).
     */
    public interface Source {
        /** The fingerprints of a request that there is one version of. */
        static Source of(RequestFingerprint only) {
            return new Source() {
                @Override
                public RequestFingerprint current() {
                    return only;
                }

                @Override
                public Optional<RequestFingerprint> of(int version) {
                    return version == only.version ? Optional.of(only) : Optional.empty();
                }
            };
        }

        /** The fingerprint that a new record of this request gets. */
        RequestFingerprint current();

        /** This request's fingerprint by the given version, or empty if that version is unknown here. */
        Optional<RequestFingerprint> of(int version);

        /** Whether a record with the given fingerprint is of this request. */
        default boolean matches(RequestFingerprint recorded) {
            RequestFingerprint current = current();
            return recorded.version() == current.version()
                    ? recorded.equals(current)
                    : of(recorded.version()).filter(recorded::equals).isPresent();
        }
    }
}
