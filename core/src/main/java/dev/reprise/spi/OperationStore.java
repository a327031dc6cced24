package dev.reprise.spi;

import dev.reprise.FencingToken;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.Response;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Keeps the records of operations. Each method is one atomic, durable store operation.
 *
 * <p>The life of a record:
 *
 * <ol>
 *   <li>{@link #acquire} inserts it as running, with a lease and a fresh fencing token, unless one is there.
 *   <li>{@link #renew} extends the lease while the owner works.
 *   <li>{@link #complete} turns it into an immutable finished record, {@link #release} deletes it, or {@link #park}
 *       keeps it as outcome-unknown.
 *   <li>If the lease runs out, the record is abandoned. The engine that finds it keeps it as outcome-unknown ({@link
 *       #parkAbandoned}), or takes it over with an {@code acquire} that names its token. An unknown record can be
 *       taken over in the same way.
 *   <li>As long as it has not changed owner, the owner of an unknown record may still complete or release it (S32).
 *   <li>A finished record past its retention counts as absent everywhere, and {@link #purgeExpired} deletes it.
 *       Running and unknown records stay until an owner, a reconciler or an operator ends them (S23).
 * </ol>
 *
 * <p>A write by an owner is in effect only if the record still carries the owner's fencing token, checked in the same
 * store operation; otherwise nothing changes and {@link LeaseStatus#LOST} comes back (S27). Whether the lease has run
 * out in the meantime does not matter as long as nobody took over. Fencing tokens of one operation only ever grow, also
 * across release and expiry; those of different operations may be equal. Leases and retention follow the store's clock
 * (S28).
 *
 * <p>A write whose acknowledgement was lost can be made again: {@code acquire} recognises the owner, and
 * {@code complete}, {@code release} and {@code park} recognise that the same token has already done it.
 *
 * <p>Implementations are thread-safe, and safe to call from virtual threads: native calls, and others that pin a
 * virtual thread, run on their own platform threads. Every method throws {@link StoreException} when the store cannot
 * do its work; the caller then does not know whether the write happened.
 */
public interface OperationStore extends AutoCloseable {
    /** What this store can do; constant. */
    StoreCapabilities capabilities();

    /**
     * Inserts a running record, or says what is there.
     *
     * <p>The claim succeeds if there is no record, if the record has expired, if the record carries the token that the
     * claim takes over from and is abandoned or unknown, or if the record is running under the very same owner.
     */
    Acquisition acquire(Claim claim);

    /** Makes the lease end {@code lease.length()} from now. */
    LeaseStatus renew(Lease lease);

    /**
     * Records the response for the given retention, of an operation that is running or unknown.
     *
     * <p>{@link LeaseStatus#HELD} also if this token has completed the operation before.
     *
     * @param retention positive and up to {@link dev.reprise.OperationPolicy#MAX_RETENTION}
     * @throws IllegalArgumentException if the retention is not; {@link RecordLimits#retention} checks it
     */
    LeaseStatus complete(Lease lease, Response response, Duration retention);

    /**
     * Deletes the record of an operation that is running or unknown, so that the key is new.
     *
     * <p>{@link LeaseStatus#HELD} also if there is no record, because that is the goal.
     */
    LeaseStatus release(Lease lease);

    /**
     * Keeps the record of a running operation as outcome-unknown.
     *
     * <p>{@link LeaseStatus#HELD} also if the operation is unknown under this token already.
     *
     * @param reason what went wrong, for the operator; a store may cut it off behind 1,000 characters
     */
    LeaseStatus park(Lease lease, String reason);

    /**
     * Keeps the record of an abandoned operation as outcome-unknown, for anybody: only if it runs under this token and its
     * lease has run out by the store's clock. The token stays, so that an owner which was only slow may still complete it
     * (S32).
     *
     * @param reason as for {@link #park}
     * @return whether the operation is unknown under this token now, also if it was before
     */
    boolean parkAbandoned(OperationId id, FencingToken token, String reason);

    /**
     * Gives the caller the turn to find out what happened to an unknown operation, if it is unknown under this token
     * and no other engine has the turn (S33).
     *
     * @param turn for how long no other engine gets it
     * @return whether it is the caller's turn
     */
    boolean startReconciling(OperationId id, FencingToken token, Duration turn);

    /** The record, unless it has expired. */
    Optional<OperationRecord> find(OperationId id);

    /** The records that the query asks for, expired ones left out. */
    List<OperationRecord> list(OperationQuery query);

    /**
     * Deletes expired records and nothing else.
     *
     * @param limit how many at most, so that other work is not disturbed for long
     * @return how many were deleted; fewer than the limit means that none was left
     */
    int purgeExpired(int limit);

    /**
     * Waits until the operation is no longer running under the given token, or the time is over, or spuriously.
     * Occupies nothing but the calling thread.
     */
    void awaitChange(OperationId id, FencingToken token, Duration atMost) throws InterruptedException;

    /**
     * What keeps the store from ever working again, in words for an operator: its own threads that are dead or stuck, but not a
     * full disk or a database that does not answer. Default: none. Asks nobody outside of the process, and throws nothing.
     */
    default List<String> problems() {
        return List.of();
    }

    /** Frees what the store holds. Later calls throw {@link StoreException}. */
    @Override
    void close();
}
