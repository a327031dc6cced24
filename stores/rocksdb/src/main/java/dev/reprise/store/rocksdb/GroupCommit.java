package dev.reprise.store.rocksdb;

import dev.reprise.spi.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Gathers the changes of many callers into batches, which one thread commits one after the other: whatever arrives
 * while a commit is under way goes into the next one, so that one sync of the disk serves many.
 *
 * <p>Thread-safe. Callers wait for room when the queue is full, and for the commit that their change is in.
 *
 * @param <B> what changes are made to
 */
final class GroupCommit<B> {
    /** A change to a batch; runs on the committing thread. */
    @FunctionalInterface
    interface Change<B, R> {
        R applyTo(B batch) throws Exception;
    }

    /** A change whose caller waits. */
    static final class Pending<B, R> {
        private final Change<B, R> change;
        private final CompletableFuture<R> answer = new CompletableFuture<>();
        private Runnable onDurable = () -> {};

        private Pending(Change<B, R> change) {
            this.change = change;
        }

        /** Makes the change. One that fails by itself tells its caller, and leaves the others alone. */
        void applyTo(B batch) {
            try {
                R result = change.applyTo(batch);
                onDurable = () -> answer.complete(result);
            } catch (Exception e) {
                fail(e);
            }
        }

        /** To be called when the batch is durable. */
        void succeed() {
            onDurable.run();
        }

        void fail(Throwable failure) {
            answer.completeExceptionally(failure);
        }
    }

    private static final int MAX_BATCH = 1_000;

    private final BlockingQueue<Pending<B, ?>> queue;
    private final Consumer<List<Pending<B, ?>>> committer;
    private final Runnable afterwards;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicLong commits = new AtomicLong();
    private final AtomicLong changes = new AtomicLong();
    private volatile boolean closing;

    /**
     * Starts the committing thread.
     *
     * @param capacity how many changes may wait
     * @param committer makes a list of changes durable and answers each of them
     * @param afterwards runs last on the committing thread
     */
    GroupCommit(String name, int capacity, Consumer<List<Pending<B, ?>>> committer, Runnable afterwards) {
        this.queue = new ArrayBlockingQueue<>(capacity);
        this.committer = committer;
        this.afterwards = afterwards;
        Thread.ofPlatform().daemon().name(name).start(this::run);
    }

    private void run() {
        try {
            List<Pending<B, ?>> waiting = new ArrayList<>();
            while (!closing || !queue.isEmpty()) {
                waiting.add(queue.take());
                queue.drainTo(waiting, MAX_BATCH - 1);
                commit(waiting);
                waiting.clear();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            try {
                afterwards.run();
            } finally {
                ended.countDown();
                rejectAll();
            }
        }
    }

    private void commit(List<Pending<B, ?>> waiting) {
        commits.incrementAndGet();
        changes.addAndGet(waiting.size());
        try {
            committer.accept(waiting);
        } catch (RuntimeException | Error e) {
            waiting.forEach(pending -> pending.fail(e));
        }
    }

    /**
     * Makes a change and waits until it is durable.
     *
     * @throws StoreException if it could not be made or its fate is not known
     */
    <R> R write(Change<B, R> change) {
        Pending<B, R> pending = new Pending<>(change);
        try {
            if (closing) {
                throw closed();
            }
            queue.put(pending);
            if (ended.getCount() == 0) {
                rejectAll();
            }
            return pending.answer.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException("Interrupted while waiting for a write", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StoreException failure) {
                throw failure;
            }
            throw new StoreException("A write failed: " + e.getCause(), e.getCause());
        }
    }

    /** Commits what waits, and ends the thread. */
    void close() {
        closing = true;
        queue.offer(new Pending<>(batch -> true));
        try {
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void rejectAll() {
        for (Pending<B, ?> late = queue.poll(); late != null; late = queue.poll()) {
            late.fail(closed());
        }
    }

    private static StoreException closed() {
        return new StoreException("The store is closed", null);
    }

    /** How many commits there have been. */
    long commits() {
        return commits.get();
    }

    /** How many changes they served. */
    long changes() {
        return changes.get();
    }

    /** How many changes wait. */
    int waiting() {
        return queue.size();
    }
}
