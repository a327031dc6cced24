package dev.reprise.spring.boot;

import dev.reprise.FencingToken;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState;
import dev.reprise.Reconciler;
import dev.reprise.Response;
import dev.reprise.spi.Interventions.Action;
import dev.reprise.spi.Interventions.Intervened;
import dev.reprise.spi.support.FencedEnd;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What an operator does to operations by Actuator, with who and why in the log, and in an audit where there is one. Thread-safe; blocks.
 *
 * <p>An operation is ended only in the state in which it was seen: whoever owned it until then is fenced off (S27).
 */
final class OperatorActions {
    /** Each of them keeps a thread of the server waiting, for ten seconds at most. */
    static final int ASKED_AT_ONCE = 4;

    private static final System.Logger LOG = System.getLogger(OperatorActions.class.getName());

    private final OperatorRecords records;
    private final OperatorAudit audit;
    private final Reconciler.OnDemand reconcilers;
    private final Duration retention;
    private final Semaphore asking = new Semaphore(ASKED_AT_ONCE);

    /**
     * @param reconcilers ask what happened when an operator wants to know
     * @param retention for how long retries get what an operator resolves with
     */
    OperatorActions(OperatorRecords records, OperatorAudit audit, Reconciler.OnDemand reconcilers, Duration retention) {
        this.records = records;
        this.audit = audit;
        this.reconcilers = reconcilers;
        this.retention = retention;
    }

    /**
     * Makes the key of an unknown or abandoned operation new.
     *
     * @param repeat also if what was done in steps is done again
     * @throws IllegalArgumentException if it is carried through in steps, and the operator does not say who and why
     */
    OperatorAnswer release(OperationId id, FencingToken seen, boolean repeat, Operator who) {
        Supplier<Intervened> work = records.hasSteps(id)
                ? () -> records.intervene(who.wants(new Action.Release(id, seen, repeat)))
                : () -> audited("release", id, seen, who, () -> FencedEnd.release(records.store(), id, seen));
        return traced("released", id, who, work.get(), "Released: the next request with the key executes.");
    }

    /**
     * Records the response that retries of an unknown or abandoned operation get from now on.
     *
     * @throws IllegalArgumentException if it is carried through in steps, and the operator does not say who and why
     */
    OperatorAnswer resolve(OperationId id, FencingToken seen, Response response, Operator who) {
        String with = " with " + response.status();
        Supplier<Intervened> work = records.hasSteps(id)
                ? () -> records.intervene(who.wants(new Action.Resolve(id, seen, response, retention)))
                : () -> audited(
                        "resolve" + with,
                        id,
                        seen,
                        who,
                        () -> FencedEnd.resolve(records.store(), id, seen, response, retention));
        return traced("resolved" + with, id, who, work.get(), "Resolved: retries get the response.");
    }

    /** What is not as it was seen stays as it is, and nothing has to be written down. */
    private Intervened audited(
            String action, OperationId id, FencingToken seen, Operator who, Supplier<Intervened> work) {
        Optional<OperationRecord> present =
                records.store().find(id).filter(one -> one.token().equals(seen));
        return present.isEmpty()
                ? new Intervened.Changed()
                : written(
                        action,
                        present.get(),
                        who,
                        work,
                        came -> OperatorAnswer.of(came, "").ending());
    }

    /** What an operator does is to be found in the log later. */
    private static OperatorAnswer traced(String done, OperationId id, Operator who, Intervened came, String text) {
        OperatorAnswer answer = OperatorAnswer.of(came, text);
        if (came instanceof Intervened.Done) {
            LOG.log(Level.INFO, "An operator has {0}: {1}, by {2}", done, id, who.forLog());
        } else {
            LOG.log(
                    Level.INFO,
                    "An operator would have {0}: {1}, and could not: {2}, by {3}",
                    done,
                    id,
                    answer.ending(),
                    who.forLog());
        }
        return answer;
    }

    /** Has it asked now what happened to an unknown operation, and writes down what is found (S33). */
    OperatorAnswer reconcile(OperationId id, FencingToken seen, Operator who) {
        if (!reconcilers.covers(id)) {
            return OperatorAnswer.of(new Reconciler.Attempt.NobodyToAsk());
        }
        OperationRecord present = records.store().find(id).orElse(null);
        if (present == null || !present.token().equals(seen) || present.state().kind() != OperationState.Kind.UNKNOWN) {
            return OperatorAnswer.of(new Reconciler.Attempt.Changed());
        }
        if (!asking.tryAcquire()) {
            return OperatorAnswer.busy(ASKED_AT_ONCE);
        }
        try {
            return asked(present, who);
        } finally {
            asking.release();
        }
    }

    private OperatorAnswer asked(OperationRecord present, Operator who) {
        OperationId id = present.id();
        OperatorAnswer answer = written(
                "reconcile",
                present,
                who,
                () -> OperatorAnswer.of(reconcilers.reconcile(id, present.token())),
                OperatorAnswer::ending);
        LOG.log(
                Level.INFO,
                "An operator has asked what happened to {0}: {1}, by {2}",
                id,
                answer.ending(),
                who.forLog());
        return answer;
    }

    private <T> T written(
            String action, OperationRecord present, Operator who, Supplier<T> work, Function<T, String> outcome) {
        String before = SeenOperation.of(present, null, null, Instant.now()).standing();
        Consumer<String> row = audit.begin(action, present.id(), who, before);
        String came = "failed";
        try {
            T result = work.get();
            came = outcome.apply(result);
            return result;
        } finally {
            row.accept(came);
        }
    }
}
