package dev.reprise;

import dev.reprise.spi.Lease;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A hold by lease, which is renewed until {@link #finish}. Without a lease it stands for one that nothing protects. */
final class LeasedExecution implements Execution {
    private final Conclusions conclusions;
    private final Operation operation;
    private final @Nullable Lease lease;
    private final long startedNanos;
    private final AtomicBoolean finished = new AtomicBoolean();
    private final AtomicBoolean leaseLost = new AtomicBoolean();

    LeasedExecution(Conclusions conclusions, Operation operation, @Nullable Lease lease, long startedNanos) {
        this.conclusions = conclusions;
        this.operation = operation;
        this.lease = lease;
        this.startedNanos = startedNanos;
    }

    @Override
    public OperationId id() {
        return operation.id();
    }

    @Override
    public int attempt() {
        return lease == null ? 1 : lease.attempt();
    }

    @Override
    public FencingToken token() {
        return lease == null ? FencingToken.NONE : lease.token();
    }

    @Override
    public boolean leaseLost() {
        return leaseLost.get();
    }

    @Override
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
