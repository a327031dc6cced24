package dev.reprise.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Many callers at once. */
public final class Parallel {
    private static final Duration LIMIT = Duration.ofMinutes(4);

    private Parallel() {}

    /**
     * Runs the task on that many virtual threads, which all begin together, and returns what each of them returned.
     *
     * @throws ExecutionException if a task failed
     * @throws TimeoutException if the tasks do not end within four minutes
     */
    public static <T> List<T> run(int callers, Callable<T> task)
            throws InterruptedException, ExecutionException, TimeoutException {
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        try {
            CountDownLatch start = new CountDownLatch(1);
            List<Future<T>> futures = new ArrayList<>();
            for (int i = 0; i < callers; i++) {
                futures.add(threads.submit(() -> {
                    start.await();
                    return task.call();
                }));
            }
            start.countDown();
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get(LIMIT.toSeconds(), TimeUnit.SECONDS));
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }
}
