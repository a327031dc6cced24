package dev.reprise.testkit.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reprise.Answer;
import dev.reprise.Body;
import dev.reprise.IdempotencyException;
import dev.reprise.Operation;
import dev.reprise.OperationId;
import dev.reprise.Rejection;
import dev.reprise.Response;
import dev.reprise.resumable.Resumable;
import dev.reprise.resumable.ResumableEngine;
import dev.reprise.resumable.ResumablePolicy;
import dev.reprise.spi.StoreException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Engines that carry operations through in steps, on one database. */
final class ResumableGuarantee implements Guarantee {
    /** But for the retention, which differs from run to run. */
    static final ResumablePolicy POLICY = ResumablePolicy.DEFAULT
            .withLease(RunRules.LEASE)
            .withMaxRunTime(RunRules.RUN_TIME)
            .withAttempts(3, Duration.ofMillis(50), Duration.ofMillis(400));

    private static final Duration LOOK = Duration.ofMillis(200);
    /** Steps may take their time in many ways, one after the other. */
    private static final int MOST_LEASES = 90;

    private final World world;
    private final StepsDatabase database;
    private final SimulatedPeer peer;
    private final Map<Thread, RequestRun> asking = new HashMap<>();
    private final StepsLink operator;

    ResumableGuarantee(World world) {
        this.world = world;
        this.database = new StepsDatabase(world);
        this.peer = new SimulatedPeer(world, database.oracle());
        this.operator = new StepsLink(database, new SimulatedProcess("operator"), () -> null);
    }

    static ResumablePolicy policy(World world) {
        return POLICY.withRetention(world.settings().policy().retention());
    }

    @Override
    public Engine start(int node, String name, SimulatedRuntime runtime) {
        StepsLink link = new StepsLink(database, runtime.process(), () -> asking.get(Thread.currentThread()));
        SimulatedSteps code = new SimulatedSteps(database, peer, runtime.process(), asking);
        ResumableEngine.Builder<StepsSession> builder = ResumableEngine.over(link, link)
                .runtime(runtime)
                .node(name)
                .completer(LOOK, 3)
                .commitCheckTimeout(Duration.ofSeconds(2))
                .reaper(Duration.ofSeconds(1), 10);
        int newest = world.plan().steps().newest(node);
        Resumable<String, Response, StepsSession> type = code.type(newest);
        builder.register(type);
        if (newest > 1) {
            builder.register(code.type(1));
        }
        ResumableEngine<StepsSession> engine = builder.build();
        return new Engine() {
            @Override
            public Answer execute(Operation operation, RequestRun attempt) {
                String input = SimulatedSteps.input(attempt.request());
                asking.put(Thread.currentThread(), attempt);
                try {
                    return attempt.request().number() % 3 == 2
                            ? engine.start(operation, type, input)
                                    .orElseGet(() -> new Answer.Reject(Rejection.IN_PROGRESS, Duration.ZERO))
                            : engine.run(operation, type, input);
                } catch (IdempotencyException e) {
                    boolean tooLong = String.valueOf(e.getMessage()).startsWith("It ran for more than");
                    throw tooLong ? new RequestRun.HandlerException() : e;
                } finally {
                    asking.remove(Thread.currentThread());
                }
            }

            @Override
            public List<String> problems() {
                return engine.problems();
            }

            @Override
            public void close() {
                engine.close();
            }
        };
    }

    @Override
    public void operate(OperationId id, Disturbance.Operator.Action action) {
        try {
            switch (action) {
                case RESUME -> {
                    boolean ignored = operator.resume(id);
                }
                case PAUSE -> operator.pause(SimulatedSteps.TYPE, true);
                case UNPAUSE -> operator.pause(SimulatedSteps.TYPE, false);
                case ANSWER -> answer(id);
                case RESUME_AND_ANSWER -> {
                    boolean ignored = operator.resume(id);
                    world.scheduler().sleep(LOOK.multipliedBy(2));
                    answer(id);
                }
                case PURGE -> {
                    int ignored = operator.records().purgeExpired(10);
                }
                case RELEASE, RESOLVE -> throw new IllegalStateException("That is for records");
            }
        } catch (StoreException | SimulatedError e) {
            // They see that it went wrong, and leave it.
        } catch (InterruptedException e) {
            throw new IllegalStateException("Nobody interrupts operators", e);
        }
    }

    /** Whatever it waits for, or will. */
    private void answer(OperationId id) {
        for (String step : database.oracle().awaited(id)) {
            Body answer = Body.of(("answer to " + step).getBytes(UTF_8));
            var ignored = operator.answer(id, step, answer);
        }
    }

    @Override
    public void died(SimulatedProcess process) {
        database.sessions().died(process);
    }

    @Override
    public void awaitSettled() throws InterruptedException {
        database.oracle().calm();
        operator.pause(SimulatedSteps.TYPE, false);
        for (int i = 0; i < MOST_LEASES; i++) {
            world.scheduler().sleep(RunRules.LEASE);
            if (database.oracle().allSettled()) {
                break;
            }
            database.oracle().operations().forEach(this::answer);
        }
        // Runs that have lost their operation take their time to find out.
        world.scheduler().sleep(RunRules.RUN_TIME.multipliedBy(2));
    }

    /** Whoever asks for what nobody has asked for in vain begins it, and it may sleep or wait. */
    @Override
    public boolean mayBeInProgress(boolean askedBefore) {
        return true;
    }

    @Override
    public void requireSettled(List<SimulatedProcess> living) {
        database.oracle().requireSettled();
        for (SimulatedProcess client : database.sessions().clients()) {
            if (living.contains(client)) {
                world.oracle().violated("a transaction of " + client + " was never ended");
            }
        }
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
