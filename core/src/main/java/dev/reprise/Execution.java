package dev.reprise;

import dev.reprise.spi.Lease;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The hold of one caller on one operation while its handler runs. Its lease is renewed until {@link #finish}.
 *
 * <p>Thread-safe; finished once.
 */
public final class Execution {
    private final Conclusions conclusions;
    private final Operation operation;
    private final @Nullable Lease lease;
    private final long startedNanos;
    private final AtomicBoolean finished = new AtomicBoolean();
    private final AtomicBoolean leaseLost = new AtomicBoolean();

    Execution(Conclusions conclusions, Operation operation, @Nullable Lease lease, long startedNanos) {
        this.conclusions = conclusions;
        this.operation = operation;
        this.lease = lease;
        this.startedNanos = startedNanos;
    }

    /** Which operation. */
    public OperationId id() {
        return operation.id();
    }

    /** How many times the operation has been started, this time included. */
    public int attempt() {
        return lease == null ? 1 : lease.attempt();
    }

    /** What a handler can pass on to fence its own writes; {@link FencingToken#NONE} if there is no record. */
    public FencingToken token() {
        return lease == null ? FencingToken.NONE : lease.token();
    }

    /** Whether somebody else has taken the operation over; a long handler may ask and stop. */
    public boolean leaseLost() {
        return leaseLost.get();
    }

    /**
     * Ends the hold: makes durable what is known about the effect and says what the caller may be told now.
     *
     * <p>Blocks until the store has answered. Does not fail because of the store: a record that could not be written is
     * written later, and until then the operation is in progress.
     *
     * @throws IllegalStateException if called twice
     */
    public Answer finish(Outcome outcome) {
        if (!finished.compareAndSet(false, true)) {
            throw new IllegalStateException("The execution of " + id() + " is finished already");
        }
        return conclusions.conclude(this, outcome);
    }

    Operation operation() {
        return operation;
    }

    @Nullable
    Lease lease() {
        return lease;
    }

    long startedNanos() {
        return startedNanos;
    }

    /** Told by the heartbeat. */
    void leaseWasLost() {
        conclusions.leaseLost(this);
    }

    /** Marks the lease as lost; true the first time. */
    boolean loseLease() {
        return leaseLost.compareAndSet(false, true);
    }
}
