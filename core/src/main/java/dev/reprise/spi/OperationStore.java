package dev.reprise.spi;

import dev.reprise.FencingToken;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Running;
import dev.reprise.Response;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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
 * across release and expiry, and no two claims ever get the same; there may be gaps between them, and those of different
 * operations may be equal. Leases and retention follow the store's clock (S28), which is that of whichever of its servers decides.
 *
 * <p>A write whose acknowledgement was lost can be made again as long as nobody else has changed the record: {@code acquire}
 * recognises the owner while the operation still runs under it, {@code complete} and {@code park} recognise what the same token has
 * done, and {@code release} that there is no record. After that the same call says what is true by then: {@code Existing} for a
 * claim that was taken over, {@code LOST} for a release behind which somebody claimed the key, and for a completion whose record
 * has expired.
 *
 * <p>Implementations are thread-safe, and safe to call from virtual threads: native calls, and others that pin a
 * virtual thread, run on their own platform threads. Every method throws {@link StoreException} when the store cannot
 * do its work; unless that says that nothing was done, the caller does not know whether the write happened, or is about to. A
 * store with several servers asks them until it knows, within its time limit.
 */
public interface OperationStore extends AutoCloseable {
    /** What this store can do beyond the contract, and what it does not; constant. */
    Set<StoreCapability> capabilities();

    /**
     * Inserts a running record, or says what is there.
     *
     * <p>The claim succeeds if there is no record, if the record has expired, if the record carries the token that the
     * claim takes over from and is abandoned or unknown, or if the record is running under the very same owner.
     */
    Acquisition acquire(Claim claim);

    /**
     * Takes back a claim whose acquisition failed in an unknown way, for the claimant, which has executed nothing: the record of
     * a first claim is deleted, and what the claim took over is abandoned again (S15). If its lease was over before that could be
     * done, and somebody has made it unknown ({@link #parkAbandoned}), a first claim is deleted all the same, and what it took over
     * stays unknown.
     *
     * @return true if there is nothing left to take back: it was taken back, or the operation has ended. False if the claim
     *     is not there; one that is still on its way may land later, so absence is believed only after the length of its lease
     */
    default boolean withdraw(Claim claim) {
        OperationRecord present = find(claim.id()).orElse(null);
        if (present == null || present.state() instanceof Completed) {
            return present != null;
        }
        if (!claim.owner().equals(present.state().owner())) {
            return false;
        }
        if (present.attempt() == 1) {
            release(new Lease(claim.id(), present.token(), 1, claim.lease()));
        } else if (present.state() instanceof Running) {
            renew(new Lease(claim.id(), present.token(), present.attempt(), Duration.ZERO));
        }
        return true;
    }

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

    /**
     * Erases the answer of a finished operation but for its status: the record stays for as long as it would have, and retries get
     * what one gets whose body was left out (S21, S36). Nothing else ever changes a finished record.
     *
     * <p>No call of this store returns the answer any more, and none of another one on the same records from a minute later at the latest,
     * unless an implementation says otherwise. Its bytes leave the disk when the store next tidies its files.
     *
     * @return whether the operation is finished under this token, and nothing of its answer is left but the status
     */
    boolean eraseAnswer(OperationId id, FencingToken token);

    /** The record, unless it has expired. */
    Optional<OperationRecord> find(OperationId id);

    /**
     * The records that the query asks for, expired ones left out. Of answers there is the status alone ({@link OperationRecord#asListed}):
     * {@link #find} has them whole.
     *
     * <p>Pages follow each other until there is no next one. Together they show every record once that is there all the time;
     * one that changes meanwhile may be shown twice, or not.
     *
     * @throws IllegalArgumentException if the store does not know the place where the query goes on
     */
    OperationQuery.Page<OperationRecord> list(OperationQuery query);

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
