package dev.reprise.testkit.simulation;

import dev.reprise.Answer;
import dev.reprise.OperationId;
import dev.reprise.Rejection;
import dev.reprise.testkit.simulation.Disturbance.Crash;
import dev.reprise.testkit.simulation.Disturbance.NoThreads;
import dev.reprise.testkit.simulation.Disturbance.NodeClockJump;
import dev.reprise.testkit.simulation.Disturbance.Operator;
import dev.reprise.testkit.simulation.Disturbance.Outage;
import dev.reprise.testkit.simulation.Disturbance.Pause;
import dev.reprise.testkit.simulation.Disturbance.StoreClockJump;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A plan carried out with engines of a guarantee. */
final class SimulationRun {
    private static final Duration CLIENT_PATIENCE = Duration.ofSeconds(6);

    private final World world;
    private final Guarantee guarantee;
    private final RunPlan plan;
    private final Trace trace;
    private final Scheduler scheduler;
    private final Oracle oracle;
    private final SimulatedProcess outside = new SimulatedProcess("outside");
    private final List<Node> nodes = new ArrayList<>();
    private final List<Node> everStarted = new ArrayList<>();

    SimulationRun(World world, Guarantee guarantee) {
        this.world = world;
        this.guarantee = guarantee;
        this.plan = world.plan();
        this.trace = world.trace();
        this.scheduler = world.scheduler();
        this.oracle = world.oracle();
    }

    /** Carries the plan out, and returns how many steps that took. */
    int toItsEnd() {
        try {
            for (int i = 0; i < plan.settings().nodes(); i++) {
                nodes.add(start(i, "node" + i));
            }
            List<Scheduler.Task> callers = new ArrayList<>();
            for (SimulatedCaller request : plan.requests()) {
                callers.add(scheduler.start(outside, "caller " + request.number(), () -> call(request)));
            }
            for (Disturbance disturbance : plan.disturbances()) {
                scheduler.after(disturbance.at(), () -> disturb(disturbance));
            }
            scheduler.start(outside, "director", () -> direct(callers));
            scheduler.run();
            return scheduler.steps();
        } finally {
            world.faults().heal();
            scheduler.dismiss(() -> everStarted.forEach(node -> node.engine().close()));
            guarantee.close();
        }
    }

    private Node start(int index, String name) {
        int number = everStarted.size() + 1;
        SimulatedProcess process =
                new SimulatedProcess(number > plan.settings().nodes() ? name + " (" + number + ")" : name);
        SimulatedRuntime runtime = new SimulatedRuntime(scheduler, process, world.random());
        Node node = new Node(process, runtime, guarantee.start(index, name, runtime));
        everStarted.add(node);
        return node;
    }

    private void call(SimulatedCaller request) {
        AtomicInteger handlers = new AtomicInteger();
        try {
            scheduler.sleep(request.at());
            for (int i = 0; i < request.tries(); i++) {
                Node node = nodes.get((request.node() + i) % nodes.size());
                Answer answer = node.process().isDead() ? null : ask(request, node, handlers);
                if (answer != null && isFinal(answer)) {
                    return;
                }
                scheduler.sleep(request.pause());
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("Nobody interrupts callers", e);
        }
    }

    private @Nullable Answer ask(SimulatedCaller request, Node node, AtomicInteger handlers)
            throws InterruptedException {
        RequestRun attempt = new RequestRun(
                world,
                request,
                node.process(),
                () -> request.behaviours()
                        .get(Math.min(
                                handlers.getAndIncrement(), request.behaviours().size() - 1)));
        trace.say(
                () -> "caller " + request.number() + " asks " + node.process() + " for " + OperationNames.of(request));
        scheduler.start(
                node.process(), node.process() + " for caller " + request.number(), () -> attempt.run(node.engine()));
        return attempt.await(CLIENT_PATIENCE);
    }

    private static boolean isFinal(Answer answer) {
        return switch (answer) {
            case Answer.Fresh fresh -> !fresh.retention().isZero();
            case Answer.Replay ignored -> true;
            case Answer.Reject reject -> reject.reason() == Rejection.PAYLOAD_MISMATCH;
        };
    }

    private void disturb(Disturbance disturbance) {
        trace.say(disturbance::toString);
        oracle.fault();
        switch (disturbance) {
            case Crash crash -> crash(crash);
            case Pause pause -> {
                SimulatedProcess process = nodes.get(pause.node()).process();
                process.pause();
                scheduler.after(pause.length(), () -> {
                    process.goOn();
                    oracle.fault();
                });
            }
            case Outage outage -> {
                world.faults().beginOutage(outage.fault());
                scheduler.after(outage.length(), world.faults()::endOutage);
            }
            case NoThreads threadless -> {
                SimulatedRuntime runtime = nodes.get(threadless.node()).runtime();
                runtime.refuseThreads();
                scheduler.after(threadless.length(), () -> {
                    runtime.allowThreads();
                    oracle.fault();
                });
            }
            case StoreClockJump jump -> world.clock().jump(jump.by());
            case NodeClockJump jump -> nodes.get(jump.node()).runtime().jump(jump.by());
            case Operator operator ->
                scheduler.start(
                        outside,
                        "operator",
                        () -> guarantee.operate(OperationNames.id("alice", operator.operation()), operator.action()));
        }
    }

    private void crash(Crash crash) {
        SimulatedProcess process = nodes.get(crash.node()).process();
        if (!process.isDead()) {
            process.die();
            scheduler.kill(process);
            guarantee.died(process);
            scheduler.after(crash.downFor(), () -> {
                String name = crash.sameName() ? "node" + crash.node() : "node" + crash.node() + "b";
                nodes.set(crash.node(), start(crash.node(), name));
                trace.say(() -> name + " starts anew");
            });
        }
    }

    /** Lets everything happen that is planned, and then asks whether all is well. */
    private void direct(List<Scheduler.Task> callers) {
        try {
            scheduler.sleep(RunRules.END_OF_FAULTS);
            world.faults().heal();
            trace.say(() -> "from now on nothing goes wrong any more");
            for (Scheduler.Task caller : callers) {
                boolean ignored = caller.join(Duration.ofDays(1));
            }
            guarantee.awaitSettled();
            guarantee.requireSettled(nodes.stream().map(Node::process).toList());
            oracle.expectQuiet();
            scheduler.sleep(RunRules.LEASE);
            requireNothingLeft();
            probe();
            scheduler.end();
        } catch (InterruptedException e) {
            throw new IllegalStateException("Nobody interrupts the director", e);
        }
    }

    /** Of each living engine only its services are left, and handlers that never return. */
    private void requireNothingLeft() {
        for (Node node : nodes) {
            List<String> left = scheduler.names(node.process()).stream()
                    .filter(name -> !name.endsWith("reprise-heartbeat")
                            && !name.endsWith("reprise-reaper")
                            && !name.endsWith("reprise-completer")
                            && !name.endsWith("reprise-resumable-renewals")
                            && !name.contains("for caller"))
                    .toList();
            if (!left.isEmpty()) {
                oracle.violated("long after the last fault something is still at work: " + left);
            }
            if (!node.engine().problems().isEmpty()) {
                oracle.violated("the engine has problems: " + node.engine().problems());
            }
        }
    }

    /** Whoever asks now gets an answer that is final. */
    private void probe() throws InterruptedException {
        for (OperationId id : List.copyOf(oracle.operations())) {
            String principal = id.scope().principal();
            int operation = OperationNames.number(id);
            for (int i = 0; i < 2; i++) {
                // What the first one finds out is written before the second one comes.
                scheduler.sleep(RunRules.LEASE);
                SimulatedCaller request = new SimulatedCaller(
                        90 + i,
                        Duration.ZERO,
                        i,
                        operation,
                        principal,
                        "usual",
                        1,
                        Duration.ZERO,
                        List.of(Behaviour.ANSWERS));
                Answer answer = ask(request, nodes.get(i % nodes.size()), new AtomicInteger());
                boolean mayWait = guarantee.mayBeInProgress(i > 0);
                if (answer instanceof Answer.Reject reject && !isFine(reject.reason(), mayWait)) {
                    oracle.violated(
                            OperationNames.of(id) + " is answered " + reject.reason() + " although all is well");
                }
                if (answer == null) {
                    oracle.violated(OperationNames.of(id) + " gets no answer although all is well");
                }
            }
        }
    }

    private static boolean isFine(Rejection reason, boolean mayBeInProgress) {
        return switch (reason) {
            case IN_PROGRESS -> mayBeInProgress;
            case STORE_UNAVAILABLE -> false;
            case PAYLOAD_MISMATCH, OUTCOME_UNKNOWN, ALREADY_HANDLED -> true;
        };
    }
}
