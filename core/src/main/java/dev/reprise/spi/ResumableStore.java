package dev.reprise.spi;

import dev.reprise.Body;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationType;
import dev.reprise.Owner;
import dev.reprise.RequestFingerprint;
import dev.reprise.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps operations that are carried through step by step in the business database, each step in a business transaction.
 *
 * <p>The life of an operation:
 *
 * <ol>
 *   <li>It is claimed in a transaction ({@link TransactionalStore#claim}), and {@link #start} inserts it as running, under a
 *       lease, with all that is needed to carry it through elsewhere (P1).
 *   <li>{@link #write} adds finished steps and says how it goes on, in the transaction of a step's work (P2).
 *   <li>One that is abandoned, or has waited as long as it was to, changes owner by {@link #takeOver}.
 *   <li>{@link Next.Complete} ends it. It becomes a record like any other, and its steps are deleted with it.
 * </ol>
 *
 * <p>Each write checks the fencing token in its own transaction: if the operation is not running under it, it changes
 * nothing and returns {@link LeaseStatus#LOST}, and the transaction has to be rolled back (S27). Times follow the database's
 * clock (S28). Every method throws {@link StoreException} when the database cannot do its work;
 * {@link TransactionalStore#diagnose} says what that means.
 *
 * <p>Implementations are thread-safe; a transaction is used by one thread at a time.
 *
 * @param <T> the handle of an open transaction, such as {@code java.sql.Connection}
 */
public interface ResumableStore<T> {
    /** Claims, finished records, and their deletion, in the same place. Constant. */
    TransactionalStore<T> records();

    /** Inserts an operation that this transaction has claimed, as running under a fresh token, and the steps done so far. */
    Lease start(T transaction, Opening opening, List<Step> steps);

    /**
     * Writes how far a running operation has come, and renews its lease or ends it.
     *
     * @throws StoreException also if a step that is added is there already, as {@link TransactionalStore.Failure#RETRY}
     */
    LeaseStatus write(T transaction, Lease lease, Progress progress);

    /**
     * {@link #start} as the last write of a transaction whose commit {@linkplain Transactions.Transaction#worksAtCommit does
     * nothing else}. It may have been committed when this returns or throws; {@code commit} is called all the same. Default: not
     * committed.
     */
    default Lease startLast(T transaction, Opening opening, List<Step> steps) {
        return start(transaction, opening, steps);
    }

    /** {@link #write} as the last write, like {@link #startLast}. Nothing is committed for an owner that has lost its lease. */
    default LeaseStatus writeLast(T transaction, Lease lease, Progress progress) {
        return write(transaction, lease, progress);
    }

    /**
     * Makes a new owner of an operation that has none at work: it is running, of the given type, which is not paused, its lease
     * has run out, and what it waits for is over. Empty if it is not so.
     */
    Optional<Lease> takeOver(T transaction, OperationId id, OperationType type, Owner owner, Duration lease);

    /**
     * Does that with operations of a type, those first that have waited longest. In a transaction of its own, which does not
     * wait for others; so every node may do it at any time.
     *
     * @param limit how many at most
     */
    List<Lease> takeOver(OperationType type, Supplier<Owner> owners, Duration lease, int limit);

    /** Where an operation stands that was started here; empty if there is none, or it has expired. */
    Optional<Progressing> find(OperationId id);

    /**
     * Gives the answer that an operation waits or will wait for ({@link Kind#AWAIT}). Anybody may, and the first answer counts.
     */
    Answered answer(OperationId id, String step, Body result);

    /**
     * Lets an operation go on now that is unknown, or waits.
     *
     * @return whether it is running and waits for nothing
     */
    boolean resume(OperationId id);

    /** From now on nobody takes operations of that type over, in any version; or everybody may again. */
    void pause(String type, boolean paused);

    /** The types that are paused. */
    Set<String> paused();

    /** How many operations of each type could be taken over now, paused ones included. Types of which none could are left out. */
    List<Backlog> backlog();

    /** What operators do, with an entry in the audit for each action. Constant. */
    Interventions interventions();

    /** What sort of step, which decides what is recorded when. */
    enum Kind {
        /** Work in a transaction of this database. */
        LOCAL,
        /** A call that may be made again under its child key. */
        REMOTE,
        /** A call that may not: recorded before it is made, and again when it is finished. */
        ONCE,
        /** A pause; recorded when it begins, because nobody takes the operation over before it is over. */
        SLEEP,
        /** An answer of somebody else; recorded when it is asked for, if it is not there yet. */
        AWAIT
    }

    /**
     * A step.
     *
     * @param name its identity within the operation
     * @param kind what sort
     * @param result what came of it; null as long as it is not finished
     * @param runs in how many runs it was tried when this was written, this one included; those not counted that vanished in it
     */
    record Step(String name, Kind kind, @Nullable Body result, int runs) {
        /** One that was tried in no other run. */
        public Step(String name, Kind kind, @Nullable Body result) {
            this(name, kind, result, 1);
        }
    }

    /**
     * The step in which runs have failed last.
     *
     * @param step its name
     * @param runs how many have failed there, with no other failure in between
     */
    record Failing(String step, int runs) {}

    /**
     * A step as it was recorded.
     *
     * @param step the step
     * @param at when it was last written
     */
    record Recorded(Step step, Instant at) {}

    /**
     * An operation to be inserted.
     *
     * @param id which operation
     * @param fingerprint of the request that asks for it
     * @param type which code carries it through
     * @param input what that code works on
     * @param owner who starts it
     * @param lease for how long, unless renewed
     */
    record Opening(
            OperationId id,
            RequestFingerprint fingerprint,
            OperationType type,
            Body input,
            Owner owner,
            Duration lease) {}

    /**
     * What is written at once.
     *
     * @param steps to be added; a finished {@link Kind#ONCE} replaces its beginning
     * @param next how the operation goes on
     */
    record Progress(List<Step> steps, Next next) {
        /** Copies the list. */
        public Progress {
            steps = List.copyOf(steps);
        }

        /** Whether something was finished, so that the attempts are counted anew. */
        public boolean advances() {
            return steps.stream().anyMatch(step -> step.result() != null);
        }
    }

    /**
     * How an operation goes on. Whoever waits has a lease that ends with the waiting, so that to everybody else the operation
     * is in progress.
     */
    sealed interface Next {
        /** Its owner works on, under a lease that begins again. */
        record GoOn() implements Next {}

        /**
         * Anybody may take it over after a while.
         *
         * @param atLeast how long nobody may
         * @param error why it could not go on; empty if it only sleeps
         * @param step in which it failed; empty if in none
         */
        record Wait(Duration atLeast, String error, String step) implements Next {
            /** Not because of a step. */
            public Wait(Duration atLeast, String error) {
                this(atLeast, error, "");
            }
        }

        /**
         * Anybody may take it over once an answer is there, which may be so already if it came while the owner was at work.
         *
         * @param step which waits for it; recorded before, or in the same write
         */
        record AwaitAnswer(String step) implements Next {}

        /**
         * It is finished.
         *
         * @param response what is replayed
         * @param retention for how long
         */
        record Complete(Response response, Duration retention) implements Next {}

        /**
         * It is kept as outcome-unknown, and an operator has to look.
         *
         * @param reason what is wrong and what to do; a store may cut it off behind 1,000 characters
         * @param step in which it failed; empty if in none
         */
        record Park(String reason, String step) implements Next {
            /** Not because of a step. */
            public Park(String reason) {
                this(reason, "");
            }
        }
    }

    /**
     * Where an operation stands.
     *
     * @param record as anybody sees it
     * @param type which code carries it through
     * @param input what that code works on
     * @param steps in the order in which they were recorded
     * @param idleAttempts how many owners in a row, the latest included, have had it since a step was finished
     * @param notBefore nobody takes it over until then; {@link Instant#MAX} if it waits for an answer
     * @param lastError why it could not go on, the last time; empty if it always could
     * @param failing the step in which that was, which may be finished since; null if it was in none
     */
    record Progressing(
            OperationRecord record,
            OperationType type,
            Body input,
            List<Recorded> steps,
            int idleAttempts,
            Instant notBefore,
            String lastError,
            @Nullable Failing failing) {}

    /** What came of an answer. */
    enum Answered {
        /** It is the answer. Also if the very same answer was given before. */
        ACCEPTED,
        /** Another answer was given before, or the step is not one that waits for an answer. */
        REFUSED,
        /** No operation of that name is running. */
        NOT_RUNNING
    }

    /**
     * Operations that could be taken over.
     *
     * @param type of which type
     * @param operations how many
     * @param paused whether the type is paused
     * @param oldest for how long the one that has waited longest could have been, by the database's clock (S28)
     * @param atWork how many others of the type somebody is at work on
     */
    record Backlog(OperationType type, long operations, boolean paused, Duration oldest, long atWork) {}
}
