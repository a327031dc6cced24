package dev.reprise.testkit.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.reprise.Body;
import dev.reprise.Headers;
import dev.reprise.OperationId;
import dev.reprise.OperationType;
import dev.reprise.Response;
import dev.reprise.resumable.Codec;
import dev.reprise.resumable.Codecs;
import dev.reprise.resumable.Resumable;
import dev.reprise.resumable.StepOptions;
import dev.reprise.resumable.Steps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The code that operations in steps run, on one node. */
final class SimulatedSteps {
    static final String TYPE = "steps";
    private static final Codec<String> TEXT = Codecs.builtIn().of(String.class);

    private final StepsDatabase database;
    private final SimulatedPeer peer;
    private final SimulatedProcess process;
    private final Map<Thread, RequestRun> asking;
    private final World world;
    private final StepsOracle oracle;

    /** @param asking which request a thread works for, if any */
    SimulatedSteps(
            StepsDatabase database, SimulatedPeer peer, SimulatedProcess process, Map<Thread, RequestRun> asking) {
        this.database = database;
        this.peer = peer;
        this.process = process;
        this.asking = asking;
        this.world = database.world();
        this.oracle = database.oracle();
    }

    Resumable<String, Response, StepsSession> type(int version) {
        return Resumable.<String, StepsSession>answering(
                        new OperationType(TYPE, version), TEXT, (input, steps) -> run(version, input, steps))
                .with(ResumableGuarantee.policy(world));
    }

    static String input(SimulatedCaller request) {
        return request.principal() + "\t" + request.operation() + "\t" + request.payload();
    }

    private Response run(int version, String input, Steps<StepsSession> steps) throws InterruptedException {
        String[] parts = input.split("\t", -1);
        int operation = Integer.parseInt(parts[1]);
        OperationId id = OperationNames.id(parts[0], operation);
        StepsRun run = oracle.begins(id, version, process);
        try {
            StringBuilder text = new StringBuilder(id + " " + parts[2] + " by version " + version);
            for (PlannedStage stage : PlannedStage.of(world.plan().steps().of(operation, version))) {
                for (String result : take(run, stage, steps)) {
                    text.append("; ").append(result);
                }
            }
            Response response =
                    new Response(201, Headers.EMPTY, Body.of(text.toString().getBytes(UTF_8)));
            RequestRun request = asking.get(Thread.currentThread());
            if (request != null) {
                request.makes(response);
            }
            return response;
        } finally {
            oracle.ends(run);
        }
    }

    private List<String> take(StepsRun run, PlannedStage stage, Steps<StepsSession> steps) throws InterruptedException {
        if (stage.branches().size() == 1) {
            return take(run, stage.branches().getFirst(), steps);
        }
        RequestRun request = asking.get(Thread.currentThread());
        SimulatedBranches branches = new SimulatedBranches(world.scheduler(), process);
        for (List<PlannedStep> branch : stage.branches()) {
            branches.start(run + ", branch " + branch.getFirst().branch(), () -> {
                if (request != null) {
                    asking.put(Thread.currentThread(), request);
                }
                try {
                    return take(run, branch, steps);
                } finally {
                    asking.remove(Thread.currentThread());
                }
            });
        }
        return branches.join();
    }

    private List<String> take(StepsRun run, List<PlannedStep> branch, Steps<StepsSession> steps)
            throws InterruptedException {
        List<String> results = new ArrayList<>();
        for (PlannedStep step : branch) {
            String result = take(run, step, steps);
            oracle.sees(run, step.name(), result);
            results.add(result);
            sleep(oracle.thinks(step));
        }
        return results;
    }

    private String take(StepsRun run, PlannedStep step, Steps<StepsSession> steps) {
        String name = step.name();
        Set<String> before = run.told();
        return switch (step.kind()) {
            case LOCAL -> steps.local(name, TEXT, session -> work(run, step, session));
            case REMOTE -> steps.remote(name, TEXT, key -> call(run, step, before, key));
            case REMOTE_INSISTING ->
                steps.with(StepOptions.DEFAULT.withAttempts(3)).remote(name, TEXT, key -> call(run, step, before, key));
            case ONCE -> steps.once(name, String.class, key -> callOnce(run, step, before), key -> inquire(run, step));
            case ONCE_UNASKED -> steps.once(name, String.class, key -> callOnce(run, step, before));
            case SLEEP -> {
                steps.sleep(name, step.length());
                yield "";
            }
            case AWAIT -> steps.await(name, String.class);
        };
    }

    private String work(StepsRun run, PlannedStep step, StepsSession session) throws InterruptedException {
        Behaviour behaviour = behaves(run, step);
        String result = fresh(run, step);
        database.statement(
                session,
                false,
                "work of '" + step.name() + "'",
                () -> session.effects().add(new StepEffect(run.id(), step.name(), result)));
        return ends(run, step, behaviour, result);
    }

    private String call(StepsRun run, PlannedStep step, Set<String> before, String key) throws InterruptedException {
        oracle.goesOutside(run, before);
        Behaviour behaviour = behaves(run, step);
        return ends(run, step, behaviour, peer.call(run, step.name(), key, fresh(run, step)));
    }

    private String callOnce(StepsRun run, PlannedStep step, Set<String> before) throws InterruptedException {
        oracle.goesOutside(run, before);
        peer.begins(run, step.name());
        Behaviour behaviour = behaves(run, step);
        return ends(run, step, behaviour, peer.callOnce(run, step.name(), fresh(run, step)));
    }

    private Steps.Finding<String> inquire(StepsRun run, PlannedStep step) {
        world.scheduler().pass();
        Steps.Finding<String> finding = peer.inquire(run, step.name());
        world.trace().say(() -> run + " finds out about '" + step.name() + "': " + finding);
        if (finding instanceof Steps.Finding.Happened<String>(String result)) {
            run.finishes(step.name(), result);
        }
        return finding;
    }

    /** Different each time. */
    private String fresh(StepsRun run, PlannedStep step) {
        return step.name() + " in " + run;
    }

    /** What a step does before it has an effect, if it comes to one. */
    private Behaviour behaves(StepsRun run, PlannedStep step) throws InterruptedException {
        Behaviour behaviour = oracle.behaviour(run.id(), step);
        world.trace().say(() -> run + " takes '" + step.name() + "', which " + behaviour);
        world.scheduler().pass();
        sleep(behaviour.time());
        if (behaviour == Behaviour.THROWS) {
            throw new RequestRun.HandlerException();
        }
        return behaviour;
    }

    private String ends(StepsRun run, PlannedStep step, Behaviour behaviour, String result) {
        world.scheduler().pass();
        switch (behaviour) {
            case WORKS_AND_THROWS -> throw new RequestRun.HandlerException();
            case WORKS_AND_THROWS_AN_ERROR -> throw new SimulatedError("The step fails, as simulated");
            default -> run.finishes(step.name(), result);
        }
        return result;
    }

    private void sleep(Duration time) throws InterruptedException {
        if (!time.isZero()) {
            world.scheduler().sleep(time);
        }
    }
}
