package dev.reprise.testkit.simulation;

import dev.reprise.FencingToken;
import dev.reprise.OperationId;
import dev.reprise.OperationRecord;
import dev.reprise.OperationState.Completed;
import dev.reprise.OperationState.Running;
import dev.reprise.OperationState.Unknown;
import dev.reprise.Response;
import dev.reprise.spi.OperationStore;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sees everything that happens to records, effects and callers, and ends the run at the first thing that must not be. It
 * knows the rules of {@code docs/semantics.md} and nothing of how an engine keeps them.
 */
final class Oracle {
    /** What an owner has of an operation. */
    record Hold(OperationId id, FencingToken token) {}

    private final RunRules settings;
    private final SimulatedStoreClock clock;
    private final Trace trace;
    private final Consumer<AssertionError> verdict;
    private final Map<OperationId, OperationHistory> histories = new LinkedHashMap<>();
    /** Who may still work for an operation: owners that know of their claim and have not ended. */
    private final Map<Hold, SimulatedProcess> working = new LinkedHashMap<>();

    private final Map<Hold, SimulatedProcess> owners = new HashMap<>();

    private final Map<Hold, Duration> executed = new HashMap<>();
    private final Set<Hold> answered = new LinkedHashSet<>();
    private final Map<Hold, Duration> ended = new HashMap<>();
    private final Set<Response> responses = new HashSet<>();
    private Duration lastFault = Duration.ZERO;
    private final Set<Hold> denied = new HashSet<>();
    private boolean transactional;
    private boolean quiet;

    /** @param verdict gets the first violation */
    Oracle(RunRules settings, SimulatedStoreClock clock, Trace trace, Consumer<AssertionError> verdict) {
        this.settings = settings;
        this.clock = clock;
        this.trace = trace;
        this.verdict = verdict;
    }

    OperationHistory history(OperationId id) {
        return histories.computeIfAbsent(id, ignored -> new OperationHistory());
    }

    Set<OperationId> operations() {
        return histories.keySet();
    }

    void violated(String rule) {
        trace.say(() -> "VIOLATED: " + rule);
        verdict.accept(new AssertionError(rule));
    }

    /** From now on nothing goes wrong, and nobody has anything left to do. */
    void expectQuiet() {
        quiet = true;
    }

    /**
     * Applies a call to the store, and looks at what became of the record.
     *
     * @param token under which the call is made, {@link FencingToken#NONE} for a claim
     * @param operator whether an operator makes it
     */
    <R> R apply(
            OperationStore store,
            StoreCall call,
            OperationId id,
            FencingToken token,
            boolean operator,
            Supplier<R> action) {
        R result = action.get();
        Instant now = clock.instant();
        OperationHistory history = history(id);
        OperationRecord before = history.recordAt(now);
        OperationRecord after = store.find(id).orElse(null);
        if (before == null && history.record() != null && after != null) {
            history.nextEpoch();
        }
        // What has expired was there all the same, and may be said to be.
        OperationRecord kept = before == null && after == null ? history.record() : after;
        String wrong = Transitions.contradiction(call, token, result, kept);
        if (wrong != null) {
            violated(OperationNames.of(id) + ": " + wrong);
        }
        if (!same(before, after)) {
            String violation = new Transitions(call, token, before, after, now, history.greatest()).violation();
            if (violation == null) {
                violation = judge(call, new Hold(id, token), after, now);
            }
            if (violation != null) {
                violated(OperationNames.of(id) + ": " + violation);
            }
            trace.say(() -> Transitions.story(OperationNames.of(id), before, after));
            if (operator && after == null) {
                history.nextEpoch();
            }
            if (after != null && after.state() instanceof Completed completed) {
                responses.add(completed.response());
            }
        }
        if (quiet && call == StoreCall.RENEW) {
            violated(OperationNames.of(id) + " is renewed although nobody works for it any more");
        }
        if (before != null || after != null) {
            history.becomes(after);
        }
        return result;
    }

    /** What is wrong with a change of a record beyond what the record alone tells. */
    private @Nullable String judge(StoreCall call, Hold hold, @Nullable OperationRecord after, Instant now) {
        if (call == StoreCall.COMPLETE && after != null && after.state() instanceof Completed done) {
            return keptTooShortly(done, now) ? "kept for a shorter time than its policy says" : null;
        }
        if (call == StoreCall.PARK && after != null && after.attempt() == 1 && !executed.containsKey(hold)) {
            return "unknown, although nobody has executed it";
        }
        if (call == StoreCall.PARK_ABANDONED && mustBeRenewed(hold)) {
            return "taken for abandoned, although its owner lives and nothing went wrong";
        }
        return call == StoreCall.RENEW && isRenewedInVain(hold) ? "renewed, although its handler has ended" : null;
    }

    /** Whether there was nothing to keep an owner from ending what its handler has ended. */
    private boolean isRenewedInVain(Hold hold) {
        Duration end = ended.get(hold);
        return end != null
                && lastFault.compareTo(end) < 0
                && clock.elapsed().compareTo(end.plus(RunRules.LEASE.dividedBy(2))) > 0;
    }

    /** Whether a handler runs whose lease there was nothing to keep from being renewed. */
    private boolean mustBeRenewed(Hold hold) {
        Duration began = executed.get(hold);
        SimulatedProcess owner = working.get(hold);
        Duration elapsed = clock.elapsed();
        return began != null
                && owner != null
                && owner.isRunning()
                && !owner.clockJumped()
                && elapsed.compareTo(began.plus(settings.policy().maxRunTime())) < 0
                && isQuiet();
    }

    private boolean keptTooShortly(Completed done, Instant now) {
        Duration retention = settings.policy().retention();
        Duration least = retention.compareTo(Duration.ofDays(1)) < 0 ? retention : Duration.ofDays(1);
        return done.expiresAt().isBefore(now.plus(least));
    }

    private static boolean same(@Nullable OperationRecord one, @Nullable OperationRecord other) {
        return one == null ? other == null : one.equals(other);
    }

    /** A transaction makes a record and the work that goes with it durable. */
    void commits(OperationId id, @Nullable OperationRecord before, OperationRecord after) {
        OperationHistory history = history(id);
        if (before != null) {
            violated(OperationNames.of(id) + ": a finished record was committed over another one");
        }
        if (history.record() != null) {
            history.nextEpoch();
        }
        if (after.state() instanceof Completed completed) {
            if (keptTooShortly(completed, completed.completedAt())) {
                violated(OperationNames.of(id) + ": kept for a shorter time than its policy says");
            }
            if (completed.response().status() >= 500) {
                violated(OperationNames.of(id) + ": the work of a handler that failed was committed");
            }
            responses.add(completed.response());
        }
        history.becomes(after);
        trace.say(() -> OperationNames.of(id) + " is finished now");
    }

    /** A transaction begins an operation that is carried through in steps, or carries it on. */
    void proceeds(OperationId id, @Nullable OperationRecord before, OperationRecord after) {
        OperationHistory history = history(id);
        if (before == null && history.record() != null) {
            history.nextEpoch();
        }
        if (after.state() instanceof Completed completed) {
            if (keptTooShortly(completed, completed.completedAt())) {
                violated(OperationNames.of(id) + ": kept for a shorter time than its policy says");
            }
            responses.add(completed.response());
        }
        history.becomes(after);
    }

    /** Looks at all records after expired ones were deleted. */
    void purged(OperationStore store) {
        Instant now = clock.instant();
        histories.forEach((id, history) -> {
            OperationRecord before = history.recordAt(now);
            if (!same(before, store.find(id).orElse(null))) {
                violated(OperationNames.of(id) + " was " + Transitions.describe(before) + ", and was purged");
            }
            if (before == null && history.record() != null) {
                history.becomes(null);
                history.nextEpoch();
            }
        });
    }

    /** An owner has got its claim, so it may work from now on. */
    void owns(Hold hold, SimulatedProcess process) {
        working.put(hold, process);
        owners.put(hold, process);
    }

    /** A handler begins to work. */
    void executes(Hold hold) {
        executed.put(hold, clock.elapsed());
    }

    /** A handler begins to work without a record, which it must not where its own process has one. */
    void executesUnprotected(OperationId id, SimulatedProcess process) {
        OperationRecord record = history(id).record();
        boolean runs = record != null && record.state() instanceof Running;
        boolean known = runs
                && working.entrySet().stream()
                        .anyMatch(one -> one.getKey().id().equals(id)
                                && one.getValue().equals(process)
                                && executed.containsKey(one.getKey()));
        if (known) {
            violated(OperationNames.of(id) + " is executed without protection where it is known to be running");
        }
    }

    /** A caller is answered that nothing was executed. */
    void denies(Hold hold) {
        denied.add(hold);
        if (!transactional || happened(hold)) {
            violated(OperationNames.of(hold.id()) + ": answered that nothing was executed, and something was");
        }
    }

    private boolean happened(Hold hold) {
        OperationHistory history = history(hold.id());
        return history.effectsOf(history.epoch()).stream()
                .anyMatch(effect -> effect.token().equals(hold.token()));
    }

    /** From now on an execution counts as none until its transaction commits. */
    void expectTransactions() {
        transactional = true;
    }

    /** A handler has made an answer. */
    void answers(Hold hold) {
        answered.add(hold);
    }

    /** An owner does nothing more. */
    void ends(Hold hold) {
        working.remove(hold);
        ended.put(hold, clock.elapsed());
    }

    /** Something goes wrong. */
    void fault() {
        lastFault = clock.elapsed();
    }

    /** Whether nothing has gone wrong for so long that every living owner must have renewed its lease. */
    boolean isQuiet() {
        return clock.elapsed().compareTo(lastFault.plus(RunRules.LEASE.multipliedBy(2))) > 0;
    }

    /** Whether somebody may still work for the operation that a record is of. */
    boolean mayStillHappen(OperationRecord record) {
        SimulatedProcess process = working.get(new Hold(record.id(), record.token()));
        return process != null && !process.isDead();
    }

    void happens(LedgerEntry effect) {
        OperationHistory history = history(effect.id());
        history.add(transactional ? effect.inEpoch(history.epoch()) : effect);
        trace.say(() -> "EFFECT of " + OperationNames.of(effect.id()) + " under token "
                + effect.token().value());
        if (denied.contains(new Hold(effect.id(), effect.token()))) {
            violated(
                    OperationNames.of(effect.id()) + ": answered that nothing was executed, and it happens afterwards");
        }
        boolean unprotected = effect.token().equals(FencingToken.NONE);
        if (!settings.mayRepeat()
                && !unprotected
                && history.effectsOf(transactional ? history.epoch() : effect.epoch())
                                .size()
                        > 1) {
            violated(OperationNames.of(effect.id()) + " has happened twice");
        }
    }

    /** Whether a response is one that was ever recorded. */
    boolean wasRecorded(Response response) {
        return responses.contains(response);
    }

    /** When all is over: nothing may be in progress any more. */
    void settled(OperationStore store) {
        Instant now = clock.instant();
        for (OperationId id : histories.keySet()) {
            OperationRecord record = store.find(id).orElse(null);
            boolean settled = record == null
                    || record.state() instanceof Completed
                    || record.state() instanceof Unknown
                    || record.abandonedAt(now);
            if (!settled) {
                violated(OperationNames.of(id) + " is still in progress, long after the last fault");
            }
        }
        answered.forEach(hold -> requireKept(store, hold));
    }

    /** What an owner knows that has lived on is recorded, unless the operation went to somebody else. */
    private void requireKept(OperationStore store, Hold hold) {
        boolean lost = store.find(hold.id())
                .filter(record -> record.token().equals(hold.token()))
                .filter(record -> !(record.state() instanceof Completed))
                .isPresent();
        SimulatedProcess owner = owners.get(hold);
        if (lost && owner != null && !owner.isDead()) {
            violated(OperationNames.of(hold.id()) + ": the answer of an owner that lives was given up");
        }
    }

    Instant now() {
        return clock.instant();
    }
}
