package dev.reprise.store.rocksdb;

import dev.reprise.spi.StoreException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Platform threads for native reads, since a virtual thread would pin its carrier. */
final class Readers {
    private static final int THREADS = 2;
    private static final int MAX_WAITING = 10_000;

    private final ThreadPoolExecutor threads;

    Readers(String name) {
        threads = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MAX_WAITING),
                Thread.ofPlatform().daemon().name(name, 0).factory());
    }

    /** Runs the read on one of the threads, and waits for what it returns. */
    <R> R call(Supplier<R> read) {
        Future<R> answer;
        try {
            answer = threads.submit(read::get);
        } catch (RejectedExecutionException e) {
            requireOpen();
            throw new StoreException(MAX_WAITING + " reads wait for the disk already", e);
        }
        try {
            return answer.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException("Interrupted while waiting for a read", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StoreException failure) {
                throw failure;
            }
            throw new StoreException("A read failed: " + e.getCause(), e.getCause());
        }
    }

    void requireOpen() {
        if (threads.isShutdown()) {
            throw new StoreException("The store is closed", null);
        }
    }

    /** Lets the reads under way finish; later ones are refused. */
    void close() {
        threads.shutdown();
    }
}
