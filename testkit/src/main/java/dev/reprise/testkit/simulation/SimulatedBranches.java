package dev.reprise.testkit.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Branches of the code of an operation, each on a thread of its own, which are always waited for: also if one fails, and if
 * whoever waits is interrupted.
 */
final class SimulatedBranches {
    private static final Duration LONG = Duration.ofDays(1);

    private final Scheduler scheduler;
    private final SimulatedProcess process;
    private final List<Branch> branches = new ArrayList<>();

    SimulatedBranches(Scheduler scheduler, SimulatedProcess process) {
        this.scheduler = scheduler;
        this.process = process;
    }

    void start(String name, Callable<List<String>> body) {
        branches.add(new Branch(name, body));
    }

    /** What all of them have brought, in the order in which they were started, or the failure of the first that has failed. */
    List<String> join() throws InterruptedException {
        boolean interrupted = false;
        for (Branch branch : branches) {
            while (!branch.ended) {
                try {
                    boolean ignored = branch.task.join(LONG);
                } catch (InterruptedException e) {
                    interrupted = true;
                    branches.forEach(one -> one.task.interrupt());
                }
            }
        }
        if (interrupted) {
            throw new InterruptedException("interrupted while branches were at work");
        }
        List<String> results = new ArrayList<>();
        for (Branch branch : branches) {
            results.addAll(branch.result());
        }
        return results;
    }

    private final class Branch {
        private final Scheduler.Task task;
        private List<String> results = List.of();
        private @Nullable Throwable failure;
        private boolean ended;

        private Branch(String name, Callable<List<String>> body) {
            this.task = scheduler.start(process, process + " " + name, () -> run(body));
        }

        private void run(Callable<List<String>> body) {
            try {
                results = body.call();
            } catch (Throwable e) {
                failure = e;
            } finally {
                ended = true;
            }
        }

        private List<String> result() throws InterruptedException {
            return switch (failure) {
                case null -> results;
                case InterruptedException e -> throw e;
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                default -> throw new IllegalStateException(failure);
            };
        }
    }
}
