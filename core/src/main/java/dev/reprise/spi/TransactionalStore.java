package dev.reprise.spi;

import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.RequestFingerprint;
import dev.reprise.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Keeps records in the business database, written in the business transaction: they commit with the work, or neither
 * does.
 *
 * <p>The life of a record:
 *
 * <ol>
 *   <li>{@link #claim} holds the operation until the transaction ends. Nothing is written yet.
 *   <li>The handler works in the transaction.
 *   <li>{@link #record} writes the finished record, and the commit makes both durable. After a rollback or a crash
 *       nothing is there, and the operation is free at once.
 * </ol>
 *
 * <p>Leased records of the same operation may be in the same table: a claim returns them as {@link Claimed.Existing}.
 * If one is written between claim and record, {@code record} fails, and with it the transaction.
 *
 * <p>Implementations are thread-safe; a transaction is used by one thread at a time. Retention follows the database's
 * clock (S28). Methods throw {@link StoreException} when the database cannot do its work; {@link #diagnose} says what
 * that means.
 *
 * @param <T> the handle of an open transaction, such as {@code java.sql.Connection}
 */
public interface TransactionalStore<T> {
    /**
     * Holds the operation until the transaction ends, or says what is there. Does not wait for other transactions.
     *
     * <p>To be called before the transaction has read anything: at isolation levels that keep one snapshot, a later claim
     * may not see a record that was committed in between. Nothing goes wrong then, but {@link #record} fails, as
     * {@link Failure#RETRY}.
     */
    Claimed claim(T transaction, OperationId id);

    /**
     * What a store knows of an operation without asking the database: a finished record that it was told to {@linkplain #remember
     * remember}, and that has not expired. Nothing by default.
     */
    default Optional<Claimed.Existing> known(OperationId id) {
        return Optional.empty();
    }

    /**
     * Something that a claim found, and that is committed. A store may keep it for {@link #known} if it is a finished record,
     * which never changes until it expires.
     */
    default void remember(Claimed.Existing found) {}

    /**
     * Finds out in a transaction of its own what has become of an operation: {@link #claim} and rollback.
     *
     * <p>Whatever the isolation of other transactions, it sees all that was committed before it held the operation. So
     * {@link Claimed.Free} means that nobody who held the operation before has recorded it, and nobody will who does not
     * claim it again (S29).
     */
    Claimed look(OperationId id);

    /**
     * Writes the finished record of an operation that the transaction has claimed.
     *
     * @throws StoreException also if there is a record of the operation by now; then the transaction has to be rolled back
     */
    void record(T transaction, OperationId id, RequestFingerprint fingerprint, Response response, Duration retention);

    /**
     * Writes the finished record and commits: {@link #record} and the commit in one, which a store may do in one round trip.
     *
     * @throws StoreException if it is not known to have been committed; {@link #diagnose} says what is known
     */
    default void recordAndCommit(
            Transactions.Transaction<T> transaction,
            OperationId id,
            RequestFingerprint fingerprint,
            Response response,
            Duration retention) {
        record(transaction.handle(), id, fingerprint, response, retention);
        transaction.commit();
    }

    /** What an exception means: one of this store, of a statement of the handler, or of the commit. */
    Failure diagnose(Throwable failure);

    /**
     * Deletes expired records and nothing else, in transactions of its own.
     *
     * @param limit how many at most, so that other work is not disturbed for long
     * @return how many were deleted; fewer than the limit means that none was left
     */
    int purgeExpired(int limit);

    /** The result of a claim. */
    sealed interface Claimed {
        /** There is no record, and nobody else can make one before the transaction ends. */
        record Free() implements Claimed {}

        /**
         * There is a record.
         *
         * @param record what is there, not expired
         * @param now the time of the database's clock, against which the record's times are read
         */
        record Existing(OperationRecord record, Instant now) implements Claimed {}

        /** Another transaction holds the operation. */
        record Busy() implements Claimed {}
    }

    /** What an exception says about the transaction. */
    enum Failure {
        /** It was rolled back because of other transactions, and should be repeated (P8). */
        RETRY,
        /** The connection is gone; if it was committing, nobody knows yet whether it did (S29). */
        UNKNOWN,
        /**
         * The database refused the work itself, by a constraint that is checked at the commit or because a statement
         * had failed before. That is the handler's failure, and would happen again. It was rolled back, or has to be.
         */
        REFUSED,
        /** It failed for another reason, and was rolled back, or has to be. */
        OTHER
    }
}
