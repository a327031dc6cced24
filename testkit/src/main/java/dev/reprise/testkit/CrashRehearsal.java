package dev.reprise.testkit;

import dev.reprise.Answer;
import dev.reprise.Body;
import dev.reprise.IdempotencyKey;
import dev.reprise.OperationId;
import dev.reprise.OperationState.Running;
import dev.reprise.Rejection;
import dev.reprise.Response;
import dev.reprise.Scope;
import dev.reprise.memory.MemoryDatabase;
import dev.reprise.memory.MemoryTransaction;
import dev.reprise.resumable.Codecs;
import dev.reprise.resumable.Resumable;
import dev.reprise.resumable.ResumableEngine;
import dev.reprise.spi.ResumableStore;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Runs an operation in memory, and lets its process die at every boundary in turn: before and after each commit and each other
 * use of the database, which is what lies around every step. Another process then finishes it, without faults. A test asserts what there
 * is in the end:
 *
 * <pre>{@code
 * int points = CrashRehearsal.of(codecs, () -> {
 *     Shop shop = new Shop();
 *     return new Scenario<>(shop.bookRide(), "to the airport", answer -> shop.assertOneOfEach(answer));
 * }).run();
 * }</pre>
 *
 * <p>Time is the database's, and moves by itself: leases run out at once, and sleeping operations wake up. Effects of local steps belong in
 * {@link MemoryTransaction#onCommit}. Not thread-safe.
 *
 * @param <I> the type of the input
 */
public final class CrashRehearsal<I> {
    private static final OperationId ID = new OperationId(new Scope("rehearsal", "/"), new IdempotencyKey("rehearsed"));
    private static final Duration LONG = Duration.ofDays(1);
    private static final int MOST_RUNS = 1_000;

    private final Codecs codecs;
    private final Supplier<Scenario<I>> scenarios;
    private final Map<String, Object> answers = new LinkedHashMap<>();

    /**
     * What is run, made anew for each point, with everything that it has effects on.
     *
     * @param type the operation
     * @param input what it works on
     * @param end asserts what there has to be when it has ended by that answer
     * @param <I> the type of the input
     */
    public record Scenario<I>(Resumable<I, ?, MemoryTransaction> type, I input, End end) {}

    /** What has to be in the end. */
    @FunctionalInterface
    public interface End {
        /** Asserts it. */
        void check(Answer answer);
    }

    private CrashRehearsal(Codecs codecs, Supplier<Scenario<I>> scenarios) {
        this.codecs = codecs;
        this.scenarios = scenarios;
    }

    /** A rehearsal of a scenario. */
    public static <I> CrashRehearsal<I> of(Codecs codecs, Supplier<Scenario<I>> scenarios) {
        return new CrashRehearsal<>(codecs, scenarios);
    }

    /** This rehearsal, in which somebody gives that answer to an operation that waits for it. */
    public CrashRehearsal<I> answering(String step, Object answer) {
        answers.put(step, answer);
        return this;
    }

    /**
     * Runs the scenario until there is no further point at which a process could die.
     *
     * @return how many points there were
     * @throws AssertionError if an end is not as it has to be; the message names the point
     */
    public int run() {
        for (int point = 1; point <= MOST_RUNS; point++) {
            if (!diesAt(point)) {
                return point - 1;
            }
        }
        throw new AssertionError("It has more than " + MOST_RUNS + " points; rehearse a smaller input");
    }

    /** Whether it came to that point; otherwise it ran without a fault. */
    private boolean diesAt(int point) {
        Scenario<I> scenario = scenarios.get();
        SettableClock clock = new SettableClock();
        MemoryDatabase database = new MemoryDatabase(clock);
        DyingDatabase dying = new DyingDatabase(database, point);
        try (ResumableEngine<MemoryTransaction> engine =
                engine(ResumableEngine.over(dying.transactions(), dying.store()), scenario)) {
            var unused = carryThrough(engine, database, clock, scenario);
        } catch (DyingDatabase.ProcessDied e) {
            // As it was to be.
        }
        try (ResumableEngine<MemoryTransaction> engine = engine(ResumableEngine.over(database, database), scenario)) {
            Answer answer = carryThrough(engine, database, clock, scenario);
            scenario.end().check(answer);
            Answer retry = engine.run(ID, scenario.type(), scenario.input(), Duration.ZERO);
            if (!content(retry).equals(content(answer))) {
                throw new AssertionError("a retry was told " + retry + ", and before that " + answer);
            }
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("A crash at point " + point + ", " + dying.where() + ": " + e.getMessage(), e);
        }
        return dying.isDead();
    }

    private ResumableEngine<MemoryTransaction> engine(
            ResumableEngine.Builder<MemoryTransaction> builder, Scenario<I> scenario) {
        // Nothing else uses the database, so that points are the same each time.
        return builder.register(scenario.type())
                .codecs(codecs)
                .completer(LONG, 0)
                .reaper(LONG, 1)
                .patience(Duration.ZERO)
                .build();
    }

    private Answer carryThrough(
            ResumableEngine<MemoryTransaction> engine,
            MemoryDatabase database,
            SettableClock clock,
            Scenario<I> scenario) {
        for (int run = 0; run < MOST_RUNS; run++) {
            Answer answer = engine.run(ID, scenario.type(), scenario.input(), Duration.ZERO);
            if (!(answer instanceof Answer.Reject(Rejection reason, Duration ignored)
                    && reason == Rejection.IN_PROGRESS)) {
                return answer;
            }
            database.find(ID).ifPresent(found -> letTimePass(found, clock));
            answers.forEach((step, given) -> give(database, step, given));
        }
        throw new AssertionError("It was run " + MOST_RUNS + " times and has not ended");
    }

    private <R> void give(MemoryDatabase database, String step, R answer) {
        @SuppressWarnings("unchecked")
        Class<R> type = (Class<R>) answer.getClass();
        var unused = database.answer(ID, step, Body.of(codecs.of(type).encode(answer)));
    }

    /** Its lease runs out, and what it waits for is over. */
    private static void letTimePass(ResumableStore.Progressing found, SettableClock clock) {
        if (found.record().state() instanceof Running running) {
            Instant free = running.leaseEnd();
            if (found.notBefore().isAfter(free) && !found.notBefore().equals(Instant.MAX)) {
                free = found.notBefore();
            }
            if (!free.isBefore(clock.instant()) && !free.equals(Instant.MAX)) {
                clock.advance(Duration.between(clock.instant(), free).plusMillis(1));
            }
        }
    }

    private static Object content(Answer answer) {
        return switch (answer) {
            case Answer.Fresh(Response response, Duration ignored) -> response;
            case Answer.Replay(Response response, Duration ignored) -> response;
            case Answer.Reject(Rejection reason, Duration ignored) -> reason;
        };
    }
}
