package dev.reprise.resumable;

import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.ResumableStore.Kind;
import dev.reprise.spi.ResumableStore.Next;
import dev.reprise.spi.ResumableStore.Opening;
import dev.reprise.spi.ResumableStore.Progress;
import dev.reprise.spi.ResumableStore.Step;
import dev.reprise.spi.StoreException;
import dev.reprise.spi.Transactions.Transaction;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes down how far an operation has come, as late as may be, so that it commits as seldom as may be.
 *
 * <p>What is finished is pending until something has to be durable before it begins, or the operation ends. The
 * transaction of a local step stays open until then, and takes with it what else is pending. An operation that is not
 * inserted yet is inserted with the first commit. For one thread at a time.
 *
 * @param <T> the handle of a transaction
 */
final class StepJournal<T> {
    private final ResumableParts<T> parts;
    private final @Nullable Opening opening;
    private final List<Step> pending = new ArrayList<>();
    private @Nullable Transaction<T> open;
    private volatile @Nullable Lease lease;
    private boolean advanced;

    private StepJournal(
            ResumableParts<T> parts,
            @Nullable Opening opening,
            @Nullable Transaction<T> claiming,
            @Nullable Lease lease) {
        this.parts = parts;
        this.opening = opening;
        this.open = claiming;
        this.lease = lease;
    }

    /** Of an operation that was claimed in the given transaction, and is not inserted yet. */
    static <T> StepJournal<T> ofNew(ResumableParts<T> parts, Opening opening, Transaction<T> claiming) {
        return new StepJournal<>(parts, opening, claiming, null);
    }

    /** Of an operation that is there. */
    static <T> StepJournal<T> of(ResumableParts<T> parts, Lease lease) {
        return new StepJournal<>(parts, null, null, lease);
    }

    /** The hold on the operation; null as long as it is not inserted. */
    @Nullable
    Lease lease() {
        return lease;
    }

    /** Whether the transaction of a finished local step is still open. */
    boolean holdsWork() {
        return open != null && !pending.isEmpty();
    }

    /** Whether a step that was finished here is durable. */
    boolean hasAdvanced() {
        return advanced;
    }

    /** The transaction for a local step. */
    T begin() {
        if (holdsWork()) {
            flush(new Next.GoOn());
        }
        if (open == null) {
            try {
                open = parts.transactions().begin();
            } catch (StoreException e) {
                throw new StopException(new Ending.Failed(e));
            }
        }
        return open.handle();
    }

    /** Something is finished, or begins; not durable yet. */
    void add(Step step) {
        pending.add(step);
    }

    /** Makes everything durable, and lets no transaction be open, before something begins outside. */
    void settle() {
        if (lease == null || open != null || !pending.isEmpty()) {
            flush(new Next.GoOn());
        }
    }

    /** Makes everything durable in one commit, and what follows from it. */
    void flush(Next next) {
        boolean committing = false;
        try (Transaction<T> transaction = open == null ? parts.transactions().begin() : open) {
            open = transaction;
            if (transaction.isRollbackOnly()) {
                throw new StopException(new Ending.Failed(new IllegalStateException(
                        "The transaction of a local step was marked rollback-only, so nothing of it is committed")));
            }
            Lease held = lease;
            boolean inserted = held == null && opening != null;
            boolean goesOn = next instanceof Next.GoOn;
            boolean mayCommit = !transaction.worksAtCommit();
            if (inserted && opening != null) {
                committing = mayCommit && goesOn;
                held = start(transaction.handle(), opening, committing);
            }
            if (held == null) {
                throw new IllegalStateException("A journal has an operation to insert or one that is there");
            }
            if (!(inserted && goesOn)) {
                committing = mayCommit;
                write(transaction.handle(), held, new Progress(inserted ? List.of() : pending, next), committing);
            }
            committing = true;
            transaction.commit();
            lease = held;
            advanced |= new Progress(pending, next).advances();
            pending.clear();
        } catch (StoreException e) {
            throw new StopException(meaning(e, committing));
        } finally {
            open = null;
            forgetWork();
        }
    }

    private Lease start(T transaction, Opening inserted, boolean last) {
        List<Step> steps = List.copyOf(pending);
        return last
                ? parts.store().startLast(transaction, inserted, steps)
                : parts.store().start(transaction, inserted, steps);
    }

    private void write(T transaction, Lease held, Progress progress, boolean last) {
        LeaseStatus status = last
                ? parts.store().writeLast(transaction, held, progress)
                : parts.store().write(transaction, held, progress);
        if (status == LeaseStatus.LOST) {
            throw new StopException(new Ending.LeaseLost());
        }
    }

    /** What is finished outside stays finished when a transaction fails; what was done in it is not. */
    private void forgetWork() {
        pending.removeIf(step -> step.kind() == Kind.LOCAL);
    }

    /** No error of a commit is guessed: unless the database refused the work, somebody looks (S29). */
    private Ending meaning(StoreException failure, boolean committing) {
        return switch (parts.records().diagnose(failure)) {
            case RETRY -> new Ending.Interfered(failure);
            case UNKNOWN -> new Ending.Interfered(new UncertainException(failure));
            case REFUSED -> new Ending.Failed(failure);
            case OTHER ->
                committing ? new Ending.Interfered(new UncertainException(failure)) : new Ending.Failed(failure);
        };
    }

    /** Rolls back what is open, and forgets what was done in it. Never throws. */
    void rollBack() {
        if (open != null) {
            open.close();
            open = null;
        }
        forgetWork();
    }
}
