package dev.reprise.testkit.simulation;

import dev.reprise.Answer;
import dev.reprise.Body;
import dev.reprise.FencingToken;
import dev.reprise.Headers;
import dev.reprise.Operation;
import dev.reprise.OperationId;
import dev.reprise.Outcome;
import dev.reprise.Rejection;
import dev.reprise.Response;
import dev.reprise.TransactionalEngine;
import dev.reprise.spi.EngineRuntime.Latch;
import dev.reprise.spi.StoreException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One request at one node: runs the handler if it is its turn, and holds the answer against what is known. */
final class RequestRun {
    /** What a handler throws that is meant to. */
    static final class HandlerException extends RuntimeException {
        private static final long serialVersionUID = 1;

        HandlerException() {
            super("The handler throws, as simulated", null, false, false);
        }
    }

    private final World world;
    private final Oracle oracle;
    private final Scheduler scheduler;
    private final Trace trace;
    private final SimulatedCaller request;
    private final OperationId id;
    private final Supplier<Behaviour> behaviours;
    private final SimulatedProcess process;
    private final Latch ended;
    private final boolean replayIsDue;
    private final int epoch;
    private Oracle.@Nullable Hold hold;
    private @Nullable Response own;
    private boolean recorded;
    private @Nullable Answer answer;

    /**
     * @param process in which it runs
     * @param behaviours what the handler does, should it run
     */
    RequestRun(World world, SimulatedCaller request, SimulatedProcess process, Supplier<Behaviour> behaviours) {
        this.world = world;
        this.oracle = world.oracle();
        this.scheduler = world.scheduler();
        this.trace = world.trace();
        this.request = request;
        this.id = OperationNames.id(request.principal(), request.operation());
        this.process = process;
        this.behaviours = behaviours;
        this.ended = scheduler.latch();
        OperationHistory history = oracle.history(id);
        history.asked(request.payload());
        this.replayIsDue = history.hasToReplay(oracle.now());
        this.epoch = history.epoch();
    }

    /** Waits for the answer as a client does, which may never come; null then. */
    @Nullable
    Answer await(Duration atMost) throws InterruptedException {
        return ended.await(atMost) ? answer : null;
    }

    SimulatedCaller request() {
        return request;
    }

    /** A handler that is not run by {@link #handle} has made this answer. */
    void makes(Response response) {
        own = response;
    }

    /** The operation was recorded in a transaction of this request. */
    void records() {
        recorded = true;
    }

    /** The caller is told that nothing was recorded. */
    private void requireNothingRecorded() {
        if (recorded) {
            violated("told that nothing was recorded, and something was");
        }
    }

    void run(Guarantee.Engine engine) {
        try {
            Operation operation = new Operation(
                    id,
                    OperationNames.fingerprints(request.payload()),
                    world.settings().policy());
            Answer given = engine.execute(operation, this);
            trace.say(() -> "caller " + request.number() + " gets " + describe(given));
            judge(given);
            answer = given;
        } catch (SimulatedError | NullPointerException e) {
            trace.say(() -> "caller " + request.number() + " gets " + e.getMessage());
        } catch (HandlerException e) {
            trace.say(() -> "caller " + request.number() + " gets " + e.getMessage());
            requireNothingRecorded();
        } catch (StoreException | TransactionalEngine.CommitRefusedException e) {
            trace.say(() -> "caller " + request.number() + " gets " + e.getMessage());
        } catch (RuntimeException | AssertionError e) {
            oracle.violated("The engine throws " + e);
        } finally {
            if (hold != null) {
                oracle.ends(hold);
            }
            ended.open();
        }
    }

    /**
     * The handler.
     *
     * @param token under which it runs
     * @param ledger where its effect is written down
     */
    Outcome handle(FencingToken token, Consumer<LedgerEntry> ledger) {
        hold = new Oracle.Hold(id, token);
        if (token.equals(FencingToken.NONE)) {
            oracle.executesUnprotected(id, process);
        } else {
            oracle.executes(hold);
        }
        Behaviour behaviour = behaviours.get();
        trace.say(() ->
                "handler of caller " + request.number() + " runs under token " + token.value() + " and " + behaviour);
        scheduler.pass();
        String text = id + " " + request.payload() + " " + request.number() + " " + token.value() + " " + behaviour;
        int status = behaviour == Behaviour.ANSWERS_WITH_AN_ERROR ? 500 : 201;
        Response response = new Response(status, Headers.EMPTY, Body.of(text.getBytes(StandardCharsets.UTF_8)));
        own = response;
        sleep(behaviour);
        if (behaviour.works()) {
            int epoch = oracle.history(id).epochOf(token);
            ledger.accept(new LedgerEntry(id, request.payload(), token, epoch, response));
        }
        scheduler.pass();
        Outcome outcome = outcome(behaviour, response);
        if (outcome instanceof Outcome.Answered) {
            oracle.answers(hold);
        }
        return outcome;
    }

    private void sleep(Behaviour behaviour) {
        Duration time = behaviour.time().isZero() ? Duration.ofMillis(request.number() * 13 % 50) : behaviour.time();
        if (!time.isZero()) {
            pause(time);
        }
    }

    private void pause(Duration time) {
        try {
            scheduler.sleep(time);
        } catch (InterruptedException e) {
            throw new IllegalStateException("Nobody interrupts handlers", e);
        }
    }

    @SuppressWarnings("NullAway") // A handler that returns null is what this is about.
    private Outcome outcome(Behaviour behaviour, Response response) {
        return switch (behaviour) {
            case ANSWERS, ANSWERS_SLOWLY, ANSWERS_WITH_AN_ERROR, OUTLIVES_THE_LEASE, OUTLIVES_ITS_TIME ->
                new Outcome.Answered(response, response);
            case REFUSES -> new Outcome.NotExecuted(response);
            case THROWS, WORKS_AND_THROWS -> throw new HandlerException();
            case WORKS_AND_THROWS_AN_ERROR -> throw new SimulatedError("The handler fails, as simulated");
            case WORKS_AND_RETURNS_NULL -> null;
            case WORKS_AND_HANGS -> {
                pause(Duration.ofDays(1));
                throw new IllegalStateException("A day has passed");
            }
            case IS_LOST, WORKS_AND_IS_LOST -> new Outcome.Uncertain(response, "as simulated");
        };
    }

    private void judge(Answer given) {
        switch (given) {
            case Answer.Fresh(Response response, Duration retention) -> {
                if (own == null || !response.equals(own)) {
                    violated("a fresh answer that its own handler did not make");
                }
                if (retention.isZero()) {
                    requireNothingRecorded();
                } else {
                    requireRecorded(response);
                    acknowledge(response);
                }
            }
            case Answer.Replay(Response response, Duration ignored) -> {
                if (!oracle.wasRecorded(response)) {
                    violated("a replay of what was never recorded");
                }
                String text = new String(response.body().bytes(), StandardCharsets.UTF_8);
                if (!text.startsWith(id + " " + request.payload() + " ") && !text.equals(Operators.RESOLVED)) {
                    violated("an answer that is somebody else's: " + text);
                }
                acknowledge(response);
            }
            case Answer.Reject(Rejection reason, Duration ignored) -> judge(reason);
        }
    }

    private void requireRecorded(Response response) {
        if (!oracle.wasRecorded(response)) {
            violated("an answer went out before it was recorded");
        }
    }

    private void acknowledge(Response response) {
        OperationHistory history = oracle.history(id);
        int answered = hold == null ? epoch : history.epochOf(hold.token());
        if (answered != history.epoch()) {
            return;
        }
        Response before = history.acknowledged();
        if (before != null && !before.equals(response)) {
            violated("two callers get different answers");
        }
        history.acknowledge(response);
    }

    private void judge(Rejection reason) {
        OperationHistory history = oracle.history(id);
        boolean ran = hold != null;
        switch (reason) {
            case PAYLOAD_MISMATCH -> {
                if (!history.isDisputed()) {
                    violated("a mismatch, although everybody sent the same");
                }
            }
            case STORE_UNAVAILABLE -> {
                requireNothingRecorded();
                if (hold != null) {
                    oracle.denies(hold);
                }
            }
            case IN_PROGRESS, OUTCOME_UNKNOWN -> {
                if (replayIsDue && !ran && epoch == history.epoch() && history.hasToReplay(oracle.now())) {
                    violated("answered " + reason + " although the answer was given to somebody before");
                }
            }
            case ALREADY_HANDLED -> violated("answered that it was handled, where duplicates are replayed");
        }
    }

    private void violated(String what) {
        oracle.violated("caller " + request.number() + " of " + OperationNames.of(id) + ": " + what);
    }

    static String describe(Answer given) {
        return switch (given) {
            case Answer.Fresh fresh -> fresh.retention().isZero() ? "what happened, without a record" : "the answer";
            case Answer.Replay replay -> "the replay";
            case Answer.Reject reject -> reject.reason().toString();
        };
    }
}
