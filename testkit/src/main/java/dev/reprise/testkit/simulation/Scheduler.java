package dev.reprise.testkit.simulation;

import dev.reprise.spi.EngineRuntime.Latch;
import dev.reprise.spi.EngineRuntime.Worker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Threads of which one runs at a time, and a time that passes only when none can run. Which one goes on, wherever one may be
 * interrupted by others, is drawn from the seed.
 *
 * <p>Each simulated thread is a virtual thread that waits until it is handed the turn. Nothing here is synchronised: whoever
 * has the turn is alone, and handing it on orders what is read and written.
 */
final class Scheduler {
    /** Thrown in a thread that is not needed any more; caught by nobody. */
    private static final class Dismissed extends Error {
        private static final long serialVersionUID = 1;

        private Dismissed() {
            super("The simulation is over", null, false, false);
        }
    }

    private static final Duration LONGEST_TURN = Duration.ofSeconds(20);

    private final RandomGenerator random;
    private final Trace trace;
    private final int mostSteps;
    private final List<Task> ready = new ArrayList<>();
    private final PriorityQueue<Timer> timers = new PriorityQueue<>();
    private final Set<Task> alive = new LinkedHashSet<>();
    private final Thread simulator = Thread.currentThread();
    private @Nullable Task current;
    private @Nullable Throwable failure;
    private boolean dismissing;
    private boolean over;
    private boolean firing;
    private volatile boolean simulatorsTurn;
    private long nanos;
    private long numbers;
    private int steps;

    Scheduler(RandomGenerator random, Trace trace, int mostSteps) {
        this.random = random;
        this.trace = trace;
        this.mostSteps = mostSteps;
    }

    /** Elapsed simulated time. */
    long nanos() {
        return nanos;
    }

    int steps() {
        return steps;
    }

    /** Ends the run with a failure. */
    void fail(Throwable cause) {
        if (!over) {
            failure = cause;
            over = true;
        }
    }

    /** Does something at a later time, between the steps of threads. */
    void after(Duration delay, Runnable action) {
        timers.add(new Timer(nanos + delay.toNanos(), numbers++, null, action));
    }

    /** Whether something of {@link #after} is being done, which cannot wait. */
    boolean isBetweenSteps() {
        return firing;
    }

    Task start(SimulatedProcess process, String name, Runnable body) {
        Task task = new Task(process, name, body);
        alive.add(task);
        ready.add(task);
        return task;
    }

    /** Lets others run before the current thread goes on. */
    void pass() {
        Task me = currentTask();
        if (me == null) {
            return;
        }
        ready.add(me);
        handOn(me);
    }

    void sleep(Duration pause) throws InterruptedException {
        Task me = currentTask();
        if (me == null) {
            return;
        }
        me.requireUninterrupted();
        me.wakeAt(nanos + Math.max(0, saturated(pause)));
        handOn(me);
        me.requireUninterrupted();
    }

    private static long saturated(Duration duration) {
        return duration.compareTo(Duration.ofDays(3650)) > 0
                ? Duration.ofDays(3650).toNanos()
                : duration.toNanos();
    }

    Latch latch() {
        return new SimulatedLatch();
    }

    /** Runs until nothing more can happen, or something has failed. */
    void run() {
        Task first = next();
        if (first != null) {
            hand(first);
            awaitSimulatorsTurn();
        }
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof RuntimeException exception) {
            throw exception;
        }
        if (failure != null) {
            throw new IllegalStateException(failure);
        }
    }

    /** Ends the run, now that all is done. */
    void end() {
        over = true;
    }

    /**
     * Ends all threads; what they still call returns at once or throws.
     *
     * @param before done first, when nothing takes time any more
     */
    void dismiss(Runnable before) {
        dismissing = true;
        timers.clear();
        before.run();
        while (!alive.isEmpty()) {
            Task task = alive.iterator().next();
            ready.clear();
            hand(task);
            awaitSimulatorsTurn();
        }
    }

    /** The names of the tasks of a process that have not ended. */
    List<String> names(SimulatedProcess process) {
        return alive.stream()
                .filter(task -> task.process.equals(process))
                .map(task -> task.name)
                .toList();
    }

    /** Forgets what a process was about to do. */
    void kill(SimulatedProcess process) {
        ready.removeIf(task -> task.process.equals(process));
    }

    private @Nullable Task currentTask() {
        if (dismissing) {
            if (current != null && Thread.currentThread().equals(current.thread)) {
                throw new Dismissed();
            }
            return null;
        }
        return current;
    }

    /** Gives the turn to whoever is next, and waits for the next turn of one's own. */
    private void handOn(Task me) {
        Task next = next();
        if (me.equals(next)) {
            return;
        }
        if (next == null) {
            handToSimulator();
        } else {
            hand(next);
        }
        me.awaitTurn();
        if (dismissing) {
            throw new Dismissed();
        }
    }

    private void end(Task me) {
        alive.remove(me);
        me.ended.open();
        Task next = dismissing ? null : next();
        if (next == null) {
            handToSimulator();
        } else {
            hand(next);
        }
    }

    private void hand(Task task) {
        current = task;
        task.begin();
    }

    private void handToSimulator() {
        current = null;
        simulatorsTurn = true;
        LockSupport.unpark(simulator);
    }

    private void awaitSimulatorsTurn() {
        int seen = -1;
        long since = System.nanoTime();
        while (!simulatorsTurn) {
            LockSupport.parkNanos(this, LONGEST_TURN.toNanos());
            if (seen != steps) {
                seen = steps;
                since = System.nanoTime();
            } else if (!simulatorsTurn && current != null && System.nanoTime() - since > LONGEST_TURN.toNanos()) {
                throw new IllegalStateException("The simulated thread " + current.name
                        + " waits for something outside of the simulation, at "
                        + List.of(current.thread.getStackTrace()));
            }
        }
        simulatorsTurn = false;
    }

    /** Who runs next; time passes as far as it has to. */
    private @Nullable Task next() {
        if (++steps > mostSteps) {
            fail(new AssertionError("The run has not come to its end after " + mostSteps + " steps"));
        }
        while (!over) {
            Task task = drawReady();
            if (task != null) {
                return task;
            }
            Timer timer = timers.poll();
            if (timer == null) {
                return null;
            }
            nanos = Math.max(nanos, timer.at);
            fire(timer);
        }
        return null;
    }

    private @Nullable Task drawReady() {
        int eligible = 0;
        for (Task task : ready) {
            eligible += task.process.isRunning() ? 1 : 0;
        }
        if (eligible == 0) {
            return null;
        }
        int drawn = eligible == 1 ? 0 : random.nextInt(eligible);
        for (int i = 0; i < ready.size(); i++) {
            if (ready.get(i).process.isRunning() && drawn-- == 0) {
                return ready.remove(i);
            }
        }
        throw new IllegalStateException("Nothing was drawn");
    }

    private void fire(Timer timer) {
        if (timer.task == null) {
            firing = true;
            try {
                timer.action.run();
            } catch (Throwable e) {
                fail(e);
            } finally {
                firing = false;
            }
        } else if (timer.task.wakes(timer)) {
            makeReady(timer.task);
        }
    }

    private void makeReady(Task task) {
        if (!task.process.isDead()) {
            ready.add(task);
        }
    }

    private record Timer(long at, long number, @Nullable Task task, Runnable action) implements Comparable<Timer> {
        @Override
        public int compareTo(Timer other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    /** A simulated thread. */
    final class Task implements Worker {
        private final SimulatedProcess process;
        private final String name;
        private final Thread thread;
        private final SimulatedLatch ended = new SimulatedLatch();
        private @Nullable Timer wake;
        private @Nullable SimulatedLatch waitsFor;
        private boolean interrupted;
        private boolean begun;
        private volatile boolean turn;

        private Task(SimulatedProcess process, String name, Runnable body) {
            this.process = process;
            this.name = name;
            this.thread = Thread.ofVirtual().unstarted(() -> {
                awaitTurn();
                try {
                    if (!dismissing) {
                        body.run();
                    }
                } catch (Dismissed e) {
                    // Nobody waits for it any more.
                } catch (Throwable e) {
                    if (!dismissing && !process.isDead()) {
                        trace.say(() -> name + " ends with " + e);
                    }
                } finally {
                    end(this);
                }
            });
        }

        private void begin() {
            turn = true;
            if (begun) {
                LockSupport.unpark(thread);
            } else {
                begun = true;
                thread.start();
            }
        }

        private void awaitTurn() {
            while (!turn) {
                LockSupport.park(this);
                // A set flag would make every wait return at once; the next one that may be interrupted gets it.
                interrupted |= Thread.interrupted();
            }
            turn = false;
        }

        private void wakeAt(long at) {
            Timer timer = new Timer(at, numbers++, this, () -> {});
            wake = timer;
            timers.add(timer);
        }

        private boolean wakes(Timer timer) {
            if (!timer.equals(wake)) {
                return false;
            }
            waitNoMore();
            return true;
        }

        private void waitNoMore() {
            wake = null;
            if (waitsFor != null) {
                waitsFor.waiting.remove(this);
                waitsFor = null;
            }
        }

        private void requireUninterrupted() throws InterruptedException {
            interrupted |= Thread.interrupted();
            if (interrupted) {
                interrupted = false;
                throw new InterruptedException("interrupted by the simulation");
            }
        }

        @Override
        public void interrupt() {
            interrupted = true;
            if (wake != null || waitsFor != null) {
                waitNoMore();
                makeReady(this);
            }
        }

        @Override
        public boolean join(Duration atMost) throws InterruptedException {
            return ended.await(atMost);
        }
    }

    private final class SimulatedLatch implements Latch {
        private final List<Task> waiting = new ArrayList<>();
        private boolean open;

        @Override
        public void open() {
            open = true;
            for (Task task : List.copyOf(waiting)) {
                task.waitNoMore();
                makeReady(task);
            }
        }

        @Override
        public boolean await(Duration atMost) throws InterruptedException {
            Task me = currentTask();
            if (me == null || open) {
                return open;
            }
            me.requireUninterrupted();
            waiting.add(me);
            me.waitsFor = this;
            me.wakeAt(nanos + Math.max(0, saturated(atMost)));
            handOn(me);
            me.requireUninterrupted();
            return open;
        }
    }
}
