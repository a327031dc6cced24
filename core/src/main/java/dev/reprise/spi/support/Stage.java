package dev.reprise.spi.support;

import dev.reprise.spi.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Platform threads that serve whatever waits at the moment, all of it together: what arrives while a thread is busy is
 * served next, so that one costly step, such as a commit, serves many. Thread-safe.
 *
 * @param <T> what is served
 */
public final class Stage<T extends Stage.Task> implements AutoCloseable {
    /** Something whose caller waits. */
    public interface Task {
        /** Tells the caller that it failed, unless it was answered before. */
        void fail(Throwable failure);
    }

    /** How a task gets to a stage: {@link #add} or {@link #addAsync}. */
    @FunctionalInterface
    public interface HandOver {
        /** Gives the task to the stage. */
        <T extends Task> void to(Stage<T> stage, T task);
    }

    /** Nothing that is served takes anywhere near as long. */
    private static final Duration STUCK = Duration.ofMinutes(1);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition filled = lock.newCondition();
    private final Condition drained = lock.newCondition();
    private final Condition ended = lock.newCondition();
    private final int parallelThreshold;
    private final int capacity;
    private final Duration maxWait;
    private final List<Worker> workers = new ArrayList<>();
    private List<T> waiting = new ArrayList<>();
    private int threads;
    private int busy;
    private boolean closing;
    private long rounds;
    private long served;

    /**
     * Starts the threads, which are platform threads and daemons.
     *
     * @param name of the threads
     * @param threads how many serve, each its own batch
     * @param parallelThreshold how many tasks must wait before a thread takes them while another one is busy: with 1 it does so at once,
     *     with more the batches stay large
     * @param capacity how many tasks may wait; further callers wait for room
     * @param maxWait how long they wait
     * @param server serves them; what it throws fails them all
     */
    public Stage(
            String name, int threads, int parallelThreshold, int capacity, Duration maxWait, Consumer<List<T>> server) {
        this.parallelThreshold = parallelThreshold;
        this.capacity = capacity;
        this.maxWait = maxWait;
        this.threads = threads;
        for (int i = 0; i < threads; i++) {
            workers.add(new Worker(name, server));
        }
        workers.forEach(worker -> worker.thread.start());
    }

    /** One of the threads. */
    private final class Worker {
        private final Consumer<List<T>> server;
        private final Thread thread;
        private volatile boolean serving;
        private volatile long servingSince;

        private Worker(String name, Consumer<List<T>> server) {
            this.server = server;
            this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
        }

        /** Ends when the stage is closed, and not for anything that is thrown: callers of later tasks need the thread. */
        private void run() {
            boolean open = true;
            while (open) {
                try {
                    List<T> next = takeAll();
                    open = !next.isEmpty();
                    if (open) {
                        serve(next);
                    }
                } catch (Throwable e) {
                    // There was not even memory to take the tasks, which wait until there is some.
                    LockSupport.parkNanos(1_000_000);
                }
            }
        }

        private void serve(List<T> tasks) {
            servingSince = System.nanoTime();
            serving = true;
            try {
                server.accept(tasks);
            } catch (Throwable e) {
                for (T task : tasks) {
                    fail(task, e);
                }
            } finally {
                serving = false;
                isServed();
            }
        }

        private Stream<String> problem(Duration stuck) {
            if (!thread.isAlive()) {
                return Stream.of(thread.getName() + " has ended");
            }
            return serving && System.nanoTime() - servingSince >= stuck.toNanos()
                    ? Stream.of(thread.getName() + " is stuck")
                    : Stream.empty();
        }
    }

    private static void fail(Task task, Throwable failure) {
        try {
            task.fail(failure);
        } catch (Throwable e) {
            // The others have to learn of it, whatever it is.
        }
    }

    /** Waits for tasks and takes all that wait; none when the stage has been closed and everything is served. */
    private List<T> takeAll() {
        lock.lock();
        try {
            while (!isDue() && !closing) {
                filled.awaitUninterruptibly();
            }
            List<T> rest = new ArrayList<>();
            List<T> taken = waiting;
            waiting = rest;
            if (taken.isEmpty()) {
                threads--;
                ended.signalAll();
            } else {
                busy++;
                rounds++;
                served += taken.size();
                drained.signalAll();
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Whether what waits is served now. */
    private boolean isDue() {
        return waiting.size() >= (busy == 0 ? 1 : parallelThreshold);
    }

    private void isServed() {
        lock.lock();
        try {
            busy--;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Queues a task, waiting for room.
     *
     * @throws StoreException if there is no room, the stage is closed or the caller is interrupted; then the task is not
     *     served
     */
    public void add(T task) {
        lock.lock();
        try {
            requireOpen();
            long left = maxWait.toNanos();
            while (waiting.size() >= capacity) {
                if (left <= 0) {
                    throw new StoreException(capacity + " calls wait for the store already", null);
                }
                left = drained.awaitNanos(left);
                requireOpen();
            }
            enqueue(task);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException("Interrupted while waiting for the store", e);
        } finally {
            lock.unlock();
        }
    }

    /**
     * The same for a caller that cannot wait: where there is no room, a virtual thread waits for it, and fails the task if none
     * comes. The caller sees to it that these do not become too many.
     *
     * @throws StoreException if the stage is closed; then the task is not served
     */
    public void addAsync(T task) {
        if (!offer(task)) {
            Thread.startVirtualThread(() -> {
                try {
                    add(task);
                } catch (Throwable e) {
                    fail(task, e);
                }
            });
        }
    }

    private boolean offer(T task) {
        lock.lock();
        try {
            requireOpen();
            boolean room = waiting.size() < capacity;
            if (room) {
                enqueue(task);
            }
            return room;
        } finally {
            lock.unlock();
        }
    }

    private void enqueue(T task) {
        waiting.add(task);
        if (waiting.size() == (busy == 0 ? 1 : parallelThreshold)) {
            filled.signal();
        }
    }

    private void requireOpen() {
        if (closing) {
            throw new StoreException("The store is closed", null);
        }
    }

    /** Serves what waits, refuses what comes later, and ends the threads. May be called twice. */
    @Override
    public void close() {
        lock.lock();
        try {
            closing = true;
            filled.signalAll();
            drained.signalAll();
            while (threads > 0) {
                ended.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * What keeps the stage from ever serving again, in words for an operator: a thread that has ended, or that has been busy
     * with the same tasks for more than a minute. Empty if all is well, or the stage is closed.
     */
    public List<String> problems() {
        return problems(STUCK);
    }

    List<String> problems(Duration stuck) {
        lock.lock();
        try {
            return closing
                    ? List.of()
                    : workers.stream().flatMap(worker -> worker.problem(stuck)).toList();
        } finally {
            lock.unlock();
        }
    }

    /** How many times a thread has taken what waited. */
    public long rounds() {
        lock.lock();
        try {
            return rounds;
        } finally {
            lock.unlock();
        }
    }

    /** How many tasks were taken. */
    public long served() {
        lock.lock();
        try {
            return served;
        } finally {
            lock.unlock();
        }
    }

    /** How many tasks wait. */
    public int waiting() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }
}
