package dev.reprise;

import dev.reprise.IdempotencyEvent.Reconciled;
import dev.reprise.OperationState.Unknown;
import dev.reprise.Reconciler.Finding;
import dev.reprise.internal.Background;
import dev.reprise.internal.Events;
import dev.reprise.internal.Failures;
import dev.reprise.internal.Pauses;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Claim;
import dev.reprise.spi.EngineRuntime;
import dev.reprise.spi.EngineRuntime.Latch;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.StoreException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Has a {@link Reconciler} find out what happened to unknown operations, each in the background and by one engine at a time
 * (S33). Thread-safe.
 *
 * <p>What was found is written by a claim that takes the operation over, so that its former owner is fenced off first.
 */
final class Reconciliations {
    private static final Logger LOG = System.getLogger(Reconciler.class.getName());
    private static final int MOST_AT_ONCE = 1_000;
    private static final int MOST_QUESTIONS = 10;
    private static final Duration FIRST_TURN = Duration.ofSeconds(10);
    private static final Duration LONGEST_TURN = Duration.ofMinutes(5);
    private static final Duration LEASE = Duration.ofSeconds(30);

    private final ConcurrentHashMap<OperationId, Latch> underWay = new ConcurrentHashMap<>();
    private final GuardedStore store;
    private final Events events;
    private final EngineRuntime runtime;
    private final Background background;
    private final Pauses pauses;
    private final Supplier<Owner> owners;
    private final @Nullable Reconciler forAll;

    /**
     * @param owners names for claims
     * @param forAll asked about operations whose policy names nobody; null if there is none
     */
    Reconciliations(
            GuardedStore store,
            Events events,
            EngineRuntime runtime,
            Background background,
            Supplier<Owner> owners,
            @Nullable Reconciler forAll) {
        this.store = store;
        this.events = events;
        this.runtime = runtime;
        this.background = background;
        this.pauses = new Pauses(runtime, Duration.ofMillis(50), Duration.ofSeconds(5));
        this.owners = owners;
        this.forAll = forAll;
    }

    /** Starts to find out what happened, unless that is under way here, or nobody can tell. Does not throw. */
    void start(Operation operation, FencingToken token) {
        Reconciler reconciler = operation.policy().reconciler();
        Reconciler asked = reconciler == null ? forAll : reconciler;
        if (asked == null || underWay.size() >= MOST_AT_ONCE) {
            return;
        }
        Latch ended = runtime.latch();
        if (underWay.putIfAbsent(operation.id(), ended) == null) {
            boolean started = false;
            try {
                started = background.start("reprise-reconciler", () -> {
                    try {
                        reconcile(new Question(operation, token, asked));
                    } finally {
                        end(operation.id(), ended);
                    }
                });
            } catch (RuntimeException | Error e) {
                Failures.log(LOG, Level.ERROR, "No thread can be started to look into ", operation.id(), e);
            }
            if (!started) {
                end(operation.id(), ended);
            }
        }
    }

    private void end(OperationId id, Latch ended) {
        underWay.remove(id, ended);
        ended.open();
    }

    /** Waits for the end of what {@link #start} began; false if it is not under way or has not ended in time. */
    boolean await(OperationId id, Duration atMost) {
        Latch ended = underWay.get(id);
        try {
            return ended != null && ended.await(atMost);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private record Question(Operation operation, FencingToken token, Reconciler asked) {
        private OperationId id() {
            return operation.id();
        }
    }

    private void reconcile(Question question) {
        Duration turn = FIRST_TURN;
        for (int asked = 0; asked < MOST_QUESTIONS && askedInVain(question, turn); asked++) {
            try {
                runtime.sleep(turn);
            } catch (InterruptedException closing) {
                return;
            }
            turn = turn.multipliedBy(2).compareTo(LONGEST_TURN) < 0 ? turn.multipliedBy(2) : LONGEST_TURN;
        }
    }

    /** Asks once, if it is this engine's turn; false if the question is settled or somebody else's. */
    private boolean askedInVain(Question question, Duration turn) {
        try {
            long before = runtime.nanoTime();
            if (!store.startReconciling(question.id(), question.token(), turn)) {
                return false;
            }
            OperationRecord record = store.find(question.id()).orElse(null);
            if (record == null
                    || !record.token().equals(question.token())
                    || !(record.state() instanceof Unknown unknown)) {
                return false;
            }
            // Nobody else has the turn meanwhile, so it is this one whose end the record tells.
            boolean inTime = runtime.nanoTime() - before < turn.toNanos();
            return !inTime || foundInVain(question, record, unknownFor(unknown, turn));
        } catch (StoreException e) {
            LOG.log(Level.WARNING, "Could not look into " + question.id() + ": " + e.getMessage());
            return true;
        }
    }

    /** By the store's clock, which set the end of the turn when it began. */
    private static Duration unknownFor(Unknown unknown, Duration turn) {
        Duration elapsed =
                Duration.between(unknown.since(), unknown.reconcileAfter().minus(turn));
        return elapsed.isNegative() ? Duration.ZERO : elapsed;
    }

    private boolean foundInVain(Question question, OperationRecord record, Duration unknownFor) {
        try {
            long started = events.now();
            Finding finding = ask(question.asked(), record, unknownFor);
            events.tell(() -> new Reconciled(question.id(), events.since(started), finding));
            return switch (finding) {
                case Finding.Happened happened -> {
                    OperationPolicy policy = question.operation().policy();
                    Response kept = new Outcome.Answered(happened.response(), happened.response()).keptBy(policy);
                    end(record, lease -> store.complete(lease, kept, policy.retention()));
                    yield false;
                }
                case Finding.DidNotHappen ignored -> {
                    end(record, store::release);
                    yield false;
                }
                case Finding.NotKnown notKnown -> {
                    LOG.log(
                            Level.INFO,
                            "It is not known yet what happened to " + record.id() + ": " + notKnown.reason());
                    yield true;
                }
            };
        } finally {
            question.asked().settled(record);
        }
    }

    private static Finding ask(Reconciler reconciler, OperationRecord record, Duration unknownFor) {
        try {
            return Objects.requireNonNull(reconciler.reconcile(record, unknownFor), "a reconciler's finding");
        } catch (Exception | Error e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            return new Finding.NotKnown("The reconciler failed: " + Failures.text(e));
        }
    }

    /**
     * Writes what was found. If the store does not answer, the same claim is made again; if that goes on, the claim becomes an
     * abandoned one, and is unknown again.
     */
    private void end(OperationRecord record, Function<Lease, LeaseStatus> write) {
        Claim claim = new Claim(record.id(), record.fingerprint(), owners.get(), LEASE).takingOverFrom(record.token());
        for (int attempt = 0; attempt < MOST_QUESTIONS; attempt++) {
            try {
                if (store.acquire(claim) instanceof Acquisition.Acquired(Lease lease)
                        && write.apply(lease) == LeaseStatus.LOST) {
                    LOG.log(Level.INFO, "Somebody else has ended " + record.id() + " meanwhile");
                }
                return;
            } catch (StoreException e) {
                LOG.log(Level.WARNING, "Could not yet write what happened to " + record.id() + ": " + e.getMessage());
            }
            if (!pauses.pause(attempt)) {
                return;
            }
        }
    }
}
