package dev.reprise.testkit.simulation;

import dev.reprise.Answer;
import dev.reprise.Body;
import dev.reprise.Execution;
import dev.reprise.FencingToken;
import dev.reprise.Headers;
import dev.reprise.IdempotencyEngine;
import dev.reprise.Operation;
import dev.reprise.OperationId;
import dev.reprise.Outcome;
import dev.reprise.Rejection;
import dev.reprise.Response;
import dev.reprise.spi.EngineRuntime.Latch;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One request at one node: runs the handler if it is its turn, and holds the answer against what is known. */
final class Attempt {
    /** What a handler throws that is meant to. */
    static final class HandlerException extends RuntimeException {
        private static final long serialVersionUID = 1;

        HandlerException() {
            super("The handler throws, as simulated", null, false, false);
        }
    }

    private final Oracle oracle;
    private final Scheduler scheduler;
    private final Trace trace;
    private final Request request;
    private final OperationId id;
    private final Supplier<Behaviour> behaviours;
    private final Latch ended;
    private final boolean replayIsDue;
    private final int epoch;
    private @Nullable Execution execution;
    private @Nullable Response own;
    private @Nullable Answer answer;

    /** @param behaviours what the handler does, should it run */
    Attempt(Oracle oracle, Scheduler scheduler, Trace trace, Request request, Supplier<Behaviour> behaviours) {
        this.oracle = oracle;
        this.scheduler = scheduler;
        this.trace = trace;
        this.request = request;
        this.id = OperationNames.id(request.principal(), request.operation());
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

    void run(IdempotencyEngine engine, Settings settings) {
        try {
            Operation operation = new Operation(id, OperationNames.fingerprints(request.payload()), settings.policy());
            Answer told = engine.execute(operation, this::handle);
            trace.say(() -> "caller " + request.number() + " is told " + describe(told));
            judge(told);
            answer = told;
        } catch (HandlerException | SimulatedError e) {
            trace.say(() -> "caller " + request.number() + " gets " + e.getMessage());
        } catch (NullPointerException e) {
            trace.say(() -> "caller " + request.number() + " gets " + e.getMessage());
        } catch (RuntimeException | AssertionError e) {
            oracle.violated("The engine throws " + e);
        } finally {
            if (execution != null) {
                oracle.ends(new Oracle.Hold(id, execution.token()));
            }
            ended.open();
        }
    }

    private Outcome handle(Execution running) {
        execution = running;
        FencingToken token = running.token();
        oracle.executes(new Oracle.Hold(id, token));
        Behaviour behaviour = behaviours.get();
        trace.say(() ->
                "handler of caller " + request.number() + " runs under token " + token.value() + " and " + behaviour);
        scheduler.pass();
        String text = id + " " + request.payload() + " " + request.number() + " " + token.value() + " " + behaviour;
        Response response = new Response(201, Headers.EMPTY, Body.of(text.getBytes(StandardCharsets.UTF_8)));
        own = response;
        sleep(behaviour);
        if (behaviour.works()) {
            int mine = oracle.history(id).epochOf(token);
            oracle.happens(new LedgerEntry(id, request.payload(), token, mine, response));
        }
        scheduler.pass();
        Outcome outcome = outcome(behaviour, response);
        if (outcome instanceof Outcome.Answered) {
            oracle.answers(new Oracle.Hold(id, token));
        }
        return outcome;
    }

    private void sleep(Behaviour behaviour) {
        Duration time = switch (behaviour) {
            case ANSWERS_SLOWLY -> Settings.LEASE.dividedBy(2);
            case OUTLIVES_THE_LEASE -> Settings.LEASE.multipliedBy(3).dividedBy(2);
            case OUTLIVES_ITS_TIME -> Settings.RUN_TIME.plus(Settings.LEASE.multipliedBy(2));
            default -> Duration.ZERO;
        };
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
            case ANSWERS, ANSWERS_SLOWLY, OUTLIVES_THE_LEASE, OUTLIVES_ITS_TIME ->
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

    private void judge(Answer told) {
        switch (told) {
            case Answer.Fresh(Response response, Duration retention) -> {
                if (own == null || !response.equals(own)) {
                    violated("a fresh answer that its own handler did not make");
                }
                if (!retention.isZero()) {
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

    private void acknowledge(Response response) {
        OperationHistory history = oracle.history(id);
        int answered = execution == null ? epoch : history.epochOf(execution.token());
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
        boolean ran = execution != null;
        switch (reason) {
            case PAYLOAD_MISMATCH -> {
                if (!history.isDisputed()) {
                    violated("a mismatch, although everybody sent the same");
                }
            }
            case STORE_UNAVAILABLE -> {
                if (ran) {
                    violated("told that nothing was executed, and something was");
                }
            }
            case IN_PROGRESS, OUTCOME_UNKNOWN -> {
                if (replayIsDue && !ran && epoch == history.epoch() && history.hasToReplay(oracle.now())) {
                    violated("told " + reason + " although the answer was given to somebody before");
                }
            }
            case ALREADY_HANDLED -> violated("told that it was handled, where duplicates are replayed");
        }
    }

    private void violated(String what) {
        oracle.violated("caller " + request.number() + " of " + OperationNames.of(id) + ": " + what);
    }

    static String describe(Answer told) {
        return switch (told) {
            case Answer.Fresh fresh -> fresh.retention().isZero() ? "what happened, without a record" : "the answer";
            case Answer.Replay replay -> "the replay";
            case Answer.Reject reject -> reject.reason().toString();
        };
    }
}
