package dev.reprise.spi;

import dev.reprise.FencingToken;
import dev.reprise.OperationId;
import dev.reprise.OperationPolicy;
import dev.reprise.Owner;
import dev.reprise.RequestFingerprint;
import java.time.Duration;

/**
 * A request to own an operation.
 *
 * @param id which operation
 * @param fingerprint of the request that asks
 * @param owner who asks; never used for another claim
 * @param lease for how long, unless renewed
 * @param takeOverFrom the token of the abandoned or unknown record that this claim may replace, or
 *     {@link FencingToken#NONE}
 */
public record Claim(
        OperationId id, RequestFingerprint fingerprint, Owner owner, Duration lease, FencingToken takeOverFrom) {
    /** @throws IllegalArgumentException if the lease is negative or longer than {@link OperationPolicy#MAX_LEASE} */
    public Claim {
        if (lease.isNegative() || lease.compareTo(OperationPolicy.MAX_LEASE) > 0) {
            throw new IllegalArgumentException(
                    "A lease lasts up to " + OperationPolicy.MAX_LEASE + ", and this one " + lease);
        }
    }

    /** A claim that takes nothing over. */
    public Claim(OperationId id, RequestFingerprint fingerprint, Owner owner, Duration lease) {
        this(id, fingerprint, owner, lease, FencingToken.NONE);
    }

    /** This claim, allowed to replace the abandoned or unknown record with the given token. */
    public Claim takingOverFrom(FencingToken token) {
        return new Claim(id, fingerprint, owner, lease, token);
    }
}
