package dev.reprise.console.operations;

import dev.reprise.FencingToken;
import dev.reprise.OperationId;
import dev.reprise.OperationPolicy;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState;
import dev.reprise.Reconciler.Attempt;
import dev.reprise.Reconciler.OnDemand;
import dev.reprise.Response;
import dev.reprise.console.audit.AuditIntent;
import dev.reprise.console.audit.AuditLog;
import dev.reprise.console.text.Choice;
import dev.reprise.encryption.Encryption;
import dev.reprise.http.ReplayRules;
import dev.reprise.spi.Interventions.Intervened;
import dev.reprise.spi.OperationQuery;
import dev.reprise.spi.OperationStore;
import dev.reprise.spi.ResumableStore;
import dev.reprise.spi.support.FencedEnd;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Operations in a store that this process has opened, and that stays its opener's to close. */
public final class StoreOperations implements Operations {
    private static final System.Logger LOG = System.getLogger(StoreOperations.class.getName());
    private static final int BATCH = 100;
    /** Each of them keeps a thread of the server waiting, for ten seconds at most. */
    private static final int ASKED_AT_ONCE = 4;

    private final OperationStore store;
    private final @Nullable ResumableStore<?> resumable;
    private final AuditLog audit;
    private final OnDemand reconcilers;
    private final RecordReading reading;
    private final Semaphore asking = new Semaphore(ASKED_AT_ONCE);

    /** Operations of the store. What is done to them is told in the log of the process alone. */
    public StoreOperations(OperationStore store) {
        this(store, null, AuditLog.inLogOnly());
    }

    /**
     * The same, and those that are carried through in steps in the same tables.
     *
     * @param audit where it is written down what is done to operations without steps
     */
    public StoreOperations(OperationStore store, @Nullable ResumableStore<?> resumable, AuditLog audit) {
        this(store, resumable, audit, OnDemand.none());
    }

    /**
     * The same, with somebody who can be asked what happened to those whose outcome is unknown.
     *
     * @param reconcilers ask; those of the engine that works on the store
     */
    public StoreOperations(
            OperationStore store, @Nullable ResumableStore<?> resumable, AuditLog audit, OnDemand reconcilers) {
        this.store = store;
        this.resumable = resumable;
        this.audit = audit;
        this.reconcilers = reconcilers;
        this.reading = new RecordReading(store, resumable);
    }

    @Override
    public Optional<ResumableStore<?>> resumable() {
        return Optional.ofNullable(resumable);
    }

    /** Where it is written down what is done to operations without steps. */
    public AuditLog audit() {
        return audit;
    }

    /** What keeps the store from ever working again. */
    public List<String> problems() {
        return store.problems();
    }

    /** Whether one of so many finished records has an answer that is encrypted, and was not decrypted on the way here. */
    public boolean holdsEncrypted(int most) {
        OperationQuery finished = OperationQuery.of(Set.of(OperationState.Kind.COMPLETED), most);
        return store.list(finished).items().stream()
                .flatMap(listed -> store.find(listed.id()).stream())
                .anyMatch(record -> record.state() instanceof OperationState.Completed completed
                        && Encryption.isEncrypted(completed.response().body()));
    }

    @Override
    public OperationListing list(OperationFilter filter) {
        return reading.list(filter);
    }

    /** One operation with its whole answer and its steps. */
    public Optional<OperationView> find(OperationId id) {
        return reading.find(id);
    }

    /**
     * How many there are in each state.
     *
     * @param most how many records of each state of the store are looked at
     * @param stuck how many of those that nobody goes on with are listed
     */
    public OperationCounts count(int most, int stuck) {
        return reading.count(most, stuck);
    }

    /**
     * The nodes that own operations which run.
     *
     * @param most how many of those are looked at
     */
    public NodesSeen nodes(int most) {
        return reading.nodes(most);
    }

    @Override
    public Ending release(OperationId id, FencingToken seen, Initiator who) {
        return audited(
                "release",
                id,
                seen,
                who,
                () -> traced("released", id, ending(FencedEnd.release(store, id, seen)), who));
    }

    @Override
    public void release(List<OperationView> seen, Initiator who, Consumer<Ending> came) {
        each(
                "release",
                seen,
                who,
                one -> oneOfMany("released", one, ending(FencedEnd.release(store, one.id(), one.seen())), who),
                came);
    }

    @Override
    public void resolve(List<OperationView> seen, Response response, Initiator who, Consumer<Ending> came) {
        Response recordable = ReplayRules.recordable(response);
        String with = " with " + response.status();
        each(
                "resolve" + with,
                seen,
                who,
                one -> oneOfMany("resolved" + with, one, resolved(one.id(), one.seen(), recordable), who),
                came);
    }

    /** A line for each of thousands hides all others, where the audit has them. */
    private Ending oneOfMany(String done, OperationView one, Ending ending, Initiator who) {
        return audit.kept() ? ending : traced(done, one.id(), ending, who);
    }

    private Ending resolved(OperationId id, FencingToken seen, Response recordable) {
        return ending(FencedEnd.resolve(store, id, seen, recordable, OperationPolicy.DEFAULT.retention()));
    }

    @Override
    public long eraseAnswers(List<OperationView> seen, Initiator who) {
        return each(
                "erase the answer",
                seen,
                who,
                one -> store.eraseAnswer(one.id(), one.seen()) ? Ending.ENDED : Ending.CHANGED,
                ignored -> {});
    }

    /**
     * One wait for the disk on behalf of all of them.
     *
     * @return to how many it was done
     */
    private long each(
            String action,
            List<OperationView> seen,
            Initiator who,
            Function<OperationView, Ending> work,
            Consumer<Ending> came) {
        List<Long> numbers = audit.begin(seen.stream()
                .map(one -> new AuditIntent(who.by(), action, one.id(), who.reason(), one.standing()))
                .toList());
        List<Ending> endings = new ArrayList<>();
        try {
            for (OperationView one : seen) {
                Ending ending = work.apply(one);
                endings.add(ending);
                came.accept(ending);
            }
        } finally {
            List<String> outcomes =
                    new ArrayList<>(endings.stream().map(Choice::written).toList());
            while (outcomes.size() < numbers.size()) {
                outcomes.add(outcomes.size() == endings.size() ? "failed" : "not-tried");
            }
            audit.end(numbers, outcomes);
        }
        long ended = endings.stream().filter(Ending.ENDED::equals).count();
        LOG.log(
                Level.INFO,
                "An operator has asked to {0}: done for {1} of {2} operations, by {3}",
                action,
                ended,
                seen.size(),
                who.forLog());
        return ended;
    }

    @Override
    public Ending resolve(OperationId id, FencingToken seen, Response response, Initiator who) {
        Response recordable = ReplayRules.recordable(response);
        return audited(
                "resolve with " + response.status(),
                id,
                seen,
                who,
                () -> traced("resolved with " + response.status(), id, resolved(id, seen, recordable), who));
    }

    @Override
    public boolean hasReconciler(OperationId id) {
        return reconcilers.covers(id);
    }

    @Override
    public ReconcileOutcome reconcile(OperationId id, FencingToken seen, Initiator who) {
        if (!reconcilers.covers(id)) {
            return ReconcileOutcome.of(new Attempt.NobodyToAsk());
        }
        OperationRecord present = store.find(id).orElse(null);
        if (present == null || !present.token().equals(seen) || present.state().kind() != OperationState.Kind.UNKNOWN) {
            return ReconcileOutcome.of(new Attempt.Changed());
        }
        if (!asking.tryAcquire()) {
            return ReconcileOutcome.busy(ASKED_AT_ONCE);
        }
        try {
            return asked(present, who);
        } finally {
            asking.release();
        }
    }

    private ReconcileOutcome asked(OperationRecord present, Initiator who) {
        OperationId id = present.id();
        AuditIntent intent = new AuditIntent(who.by(), "reconcile", id, who.reason(), standing(present));
        ReconcileOutcome came = written(
                intent,
                () -> ReconcileOutcome.of(reconcilers.reconcile(id, present.token())),
                outcome -> Choice.written(outcome.kind()));
        LOG.log(
                Level.INFO,
                "An operator has asked what happened to {0}: {1}, by {2}",
                id,
                Choice.written(came.kind()),
                who.forLog());
        return came;
    }

    private static String standing(OperationRecord record) {
        return OperationView.of(record, Instant.now(), RecordReading::status, null)
                .standing();
    }

    private Ending audited(String action, OperationId id, FencingToken seen, Initiator who, Supplier<Ending> work) {
        Optional<OperationRecord> present = store.find(id);
        // What is not as it was seen stays as it is, and nothing has to be written down.
        if (present.isEmpty() || !present.get().token().equals(seen)) {
            return traced(action, id, Ending.CHANGED, who);
        }
        AuditIntent intent = new AuditIntent(who.by(), action, id, who.reason(), standing(present.get()));
        return written(intent, work, Choice::written);
    }

    private <T> T written(AuditIntent intent, Supplier<T> work, Function<T, String> outcome) {
        List<Long> number = audit.begin(List.of(intent));
        String came = "failed";
        try {
            T result = work.get();
            came = outcome.apply(result);
            return result;
        } finally {
            audit.end(number, List.of(came));
        }
    }

    /** What an operator does is to be found in the log later. */
    private static Ending traced(String done, OperationId id, Ending ending, Initiator who) {
        if (ending == Ending.ENDED) {
            LOG.log(Level.INFO, "An operator has {0}: {1}, by {2}", done, id, who.forLog());
        } else {
            LOG.log(
                    Level.INFO,
                    "An operator would have {0}: {1}, and could not: {2}, by {3}",
                    done,
                    id,
                    Choice.written(ending),
                    who.forLog());
        }
        return ending;
    }

    private static Ending ending(Intervened came) {
        return switch (came) {
            case Intervened.Done ignored -> Ending.ENDED;
            case Intervened.Changed ignored -> Ending.CHANGED;
            case Intervened.Running ignored -> Ending.RUNNING;
            case Intervened.Finished ignored -> Ending.FINISHED;
            case Intervened.NoSuchStep ignored -> throw new AssertionError("An operation of one handler has no steps");
            case Intervened.WouldRepeat ignored -> throw new AssertionError("An operation of one handler has no steps");
        };
    }

    @Override
    public long purge(Initiator who) {
        AuditIntent intent = new AuditIntent(who.by(), "purge", null, who.reason(), "");
        return written(intent, () -> purged(who), purged -> purged + " deleted");
    }

    private long purged(Initiator who) {
        long purged = 0;
        int batch;
        do {
            batch = store.purgeExpired(BATCH);
            purged += batch;
        } while (batch == BATCH);
        LOG.log(Level.INFO, "An operator has purged expired records: {0}, by {1}", purged, who.forLog());
        return purged;
    }

    @Override
    public void close() {
        // The store belongs to whoever opened it.
    }
}
