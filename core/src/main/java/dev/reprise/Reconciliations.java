package dev.reprise;

import dev.reprise.IdempotencyEvent.Reconciled;
import dev.reprise.Inquiry.Turn;
import dev.reprise.OperationState.Unknown;
import dev.reprise.Reconciler.Attempt;
import dev.reprise.Reconciler.Finding;
import dev.reprise.Reconciler.OnDemand;
import dev.reprise.internal.Background;
import dev.reprise.internal.Events;
import dev.reprise.internal.Failures;
import dev.reprise.internal.Pauses;
import dev.reprise.spi.Acquisition;
import dev.reprise.spi.Claim;
import dev.reprise.spi.EngineRuntime;
import dev.reprise.spi.Lease;
import dev.reprise.spi.LeaseStatus;
import dev.reprise.spi.StoreException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Has a {@link Reconciler} find out what happened to unknown operations, in the background or for whoever wants to know now, and for
 * each operation by one engine at a time (S33). Thread-safe.
 *
 * <p>What was found is written by a claim that takes the operation over, so that its former owner is fenced off first.
 */
final class Reconciliations {
    private static final Logger LOG = System.getLogger(Reconciler.class.getName());
    private static final int MOST_AT_ONCE = 1_000;
    private static final int MOST_QUESTIONS = 10;
    /** As long as a reconciler may take. */
    private static final Duration FIRST_TURN = Duration.ofSeconds(10);

    private static final Duration LONGEST_TURN = Duration.ofMinutes(5);
    private static final Duration LEASE = Duration.ofSeconds(30);

    private final ConcurrentHashMap<OperationId, Inquiry> underWay = new ConcurrentHashMap<>();
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
        Reconciler asked = reconciler(operation.policy());
        if (asked == null || underWay.size() >= MOST_AT_ONCE) {
            return;
        }
        Inquiry inquiry = new Inquiry(token, runtime.latch());
        if (takeUp(operation.id(), token, inquiry).equals(inquiry)) {
            inBackground(new Question(operation.id(), token, operation.policy(), asked), inquiry, false);
        }
    }

    /** What is under way about this outcome or a later one; else the fresh inquiry, also in place of one about an earlier outcome. */
    private Inquiry takeUp(OperationId id, FencingToken token, Inquiry fresh) {
        return underWay.compute(id, (key, present) -> {
            if (present != null && !present.isBefore(token)) {
                return present;
            }
            if (present != null) {
                present.end();
            }
            return fresh;
        });
    }

    private @Nullable Reconciler reconciler(OperationPolicy policy) {
        return policy.reconciler() == null ? forAll : policy.reconciler();
    }

    /** @param again whether it was asked already, in vain */
    private void inBackground(Question question, Inquiry inquiry, boolean again) {
        boolean started = false;
        try {
            started = background.start("reprise-reconciler", () -> {
                try {
                    reconcile(question, inquiry, again);
                } finally {
                    end(question.id(), inquiry);
                }
            });
        } catch (RuntimeException | Error e) {
            Failures.log(LOG, Level.ERROR, "No thread can be started to look into ", question.id(), e);
        }
        if (!started) {
            end(question.id(), inquiry);
        }
    }

    private void end(OperationId id, Inquiry inquiry) {
        underWay.remove(id, inquiry);
        inquiry.end();
    }

    /** Waits for the end of what {@link #start} began; false if it is not under way or has not ended in time. */
    boolean await(OperationId id, Duration atMost) {
        Inquiry inquiry = underWay.get(id);
        try {
            return inquiry != null && inquiry.await(atMost);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * Asks for whoever wants to know now.
     *
     * @param policies how the operations of an id are treated; empty where that is not known
     */
    OnDemand onDemand(Function<OperationId, Optional<OperationPolicy>> policies) {
        return new OnDemand() {
            @Override
            public boolean covers(OperationId id) {
                return policies.apply(id)
                        .filter(policy -> reconciler(policy) != null)
                        .isPresent();
            }

            @Override
            public Attempt reconcile(OperationId id, FencingToken seen) {
                OperationPolicy policy = policies.apply(id).orElse(null);
                Reconciler asked = policy == null ? null : reconciler(policy);
                return policy == null || asked == null
                        ? new Attempt.NobodyToAsk()
                        : askNow(new Question(id, seen, policy, asked));
            }
        };
    }

    private Attempt askNow(Question question) {
        Inquiry fresh = new Inquiry(question.token(), runtime.latch());
        Inquiry inquiry = takeUp(question.id(), question.token(), fresh);
        boolean own = inquiry.equals(fresh);
        boolean again = false;
        boolean settled = own;
        try {
            Attempt attempt = inquiry.begin() ? askNow(question, inquiry) : new Attempt.Changed();
            // Somebody may ask about thousands; this one is among those that are under way.
            again = own && isInVain(attempt) && underWay.size() <= MOST_AT_ONCE;
            settled = own
                    || attempt instanceof Attempt.NotWritten
                    || (attempt instanceof Attempt.Found && !isInVain(attempt));
            return attempt instanceof Attempt.Changed ? whoseTurn(question) : attempt;
        } finally {
            if (again) {
                inBackground(question, fresh, true);
            } else if (settled) {
                end(question.id(), inquiry);
            }
        }
    }

    /** Between the questions that this engine asks anyway, it has the turn. */
    private Attempt askNow(Question question, Inquiry inquiry) {
        try {
            Turn turn = inquiry.turn();
            long now = runtime.nanoTime();
            return turn != null
                            && turn.token().equals(question.token())
                            && turn.left(now).compareTo(FIRST_TURN) >= 0
                    ? ask(question, turn, Duration.ofNanos(now - turn.begun()))
                    : ask(question, inquiry, FIRST_TURN);
        } finally {
            inquiry.answered();
        }
    }

    /** Why it was not this engine's turn to ask. */
    private Attempt whoseTurn(Question question) {
        OperationRecord record = store.find(question.id()).orElse(null);
        return record != null && record.token().equals(question.token()) && record.state() instanceof Unknown unknown
                ? new Attempt.OthersTurn(unknown.reconcileAfter())
                : new Attempt.Changed();
    }

    private record Question(OperationId id, FencingToken token, OperationPolicy policy, Reconciler asked) {}

    private void reconcile(Question question, Inquiry inquiry, boolean askedBefore) {
        Duration turn = FIRST_TURN;
        boolean again = askedBefore || askedInVain(question, inquiry, turn);
        for (int asked = 1; again; asked++) {
            try {
                runtime.sleep(turn);
            } catch (InterruptedException closing) {
                return;
            }
            turn = turn.multipliedBy(2).compareTo(LONGEST_TURN) < 0 ? turn.multipliedBy(2) : LONGEST_TURN;
            again = asked < MOST_QUESTIONS && askedInVain(question, inquiry, turn);
        }
    }

    /** Asks once, if it is this engine's turn; false if the question is settled or somebody else's. */
    private boolean askedInVain(Question question, Inquiry inquiry, Duration turn) {
        if (!inquiry.begin()) {
            return true;
        }
        try {
            return isInVain(ask(question, inquiry, turn));
        } catch (StoreException e) {
            LOG.log(Level.WARNING, "Could not look into " + question.id() + ": " + e.getMessage());
            return true;
        } finally {
            inquiry.answered();
        }
    }

    private static boolean isInVain(Attempt attempt) {
        return attempt instanceof Attempt.Found found && found.finding() instanceof Finding.NotKnown;
    }

    /** Takes the turn and asks; {@link Attempt.Changed} if it is somebody else's, too. */
    private Attempt ask(Question question, Inquiry inquiry, Duration length) {
        long before = runtime.nanoTime();
        if (!store.startReconciling(question.id(), question.token(), length)) {
            return new Attempt.Changed();
        }
        Turn turn = new Turn(question.token(), length, runtime.nanoTime(), before + length.toNanos());
        inquiry.has(turn);
        return ask(question, turn, Duration.ZERO);
    }

    /** @param elapsed how much of the turn is over */
    private Attempt ask(Question question, Turn turn, Duration elapsed) {
        OperationRecord record = store.find(question.id()).orElse(null);
        if (record == null
                || !record.token().equals(question.token())
                || !(record.state() instanceof Unknown unknown)) {
            return new Attempt.Changed();
        }
        // Nobody else has the turn meanwhile, so it is this one whose end the record tells.
        return turn.left(runtime.nanoTime()).isPositive()
                ? found(question, record, unknownFor(unknown, turn).plus(elapsed))
                : new Attempt.Found(new Finding.NotKnown("The store took longer than the turn, so nobody was asked"));
    }

    /** By the store's clock, which set the end of the turn when it began. */
    private static Duration unknownFor(Unknown unknown, Turn turn) {
        Duration elapsed =
                Duration.between(unknown.since(), unknown.reconcileAfter().minus(turn.length()));
        return elapsed.isNegative() ? Duration.ZERO : elapsed;
    }

    private Attempt found(Question question, OperationRecord record, Duration unknownFor) {
        try {
            long started = events.now();
            Finding finding = ask(question.asked(), record, unknownFor);
            events.tell(() -> new Reconciled(question.id(), events.since(started), finding));
            boolean written = switch (finding) {
                case Finding.Happened happened -> {
                    OperationPolicy policy = question.policy();
                    Response kept = new Outcome.Answered(happened.response(), happened.response()).keptBy(policy);
                    yield end(record, lease -> store.complete(lease, kept, policy.retention()));
                }
                case Finding.DidNotHappen ignored -> end(record, store::release);
                case Finding.NotKnown notKnown -> {
                    LOG.log(
                            Level.INFO,
                            "It is not known yet what happened to " + record.id() + ": " + notKnown.reason());
                    yield true;
                }
            };
            return written ? new Attempt.Found(finding) : new Attempt.NotWritten(finding);
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
     * Writes what was found. If the store does not answer, the same call is made again; if that goes on, the claim becomes an
     * abandoned one, and is unknown again.
     *
     * @return whether it is written
     */
    private boolean end(OperationRecord record, Function<Lease, LeaseStatus> write) {
        Claim claim = new Claim(record.id(), record.fingerprint(), owners.get(), LEASE).takingOverFrom(record.token());
        Lease taken = null;
        for (int attempt = 0; attempt < MOST_QUESTIONS; attempt++) {
            try {
                if (taken == null && store.acquire(claim) instanceof Acquisition.Acquired(Lease lease)) {
                    taken = lease;
                }
                boolean free = taken != null && taken.attempt() == 1;
                if (free) {
                    // It was released meanwhile: the next request executes it, whatever was found of the former one.
                    store.withdraw(claim);
                }
                boolean written = taken != null && !free && write.apply(taken) == LeaseStatus.HELD;
                if (!written) {
                    LOG.log(Level.INFO, "Somebody else has ended " + record.id() + " meanwhile");
                }
                return written;
            } catch (StoreException e) {
                LOG.log(Level.WARNING, "Could not yet write what happened to " + record.id() + ": " + e.getMessage());
            }
            if (!pauses.pause(attempt)) {
                return false;
            }
        }
        return false;
    }
}
