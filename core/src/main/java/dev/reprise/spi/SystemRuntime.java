package dev.reprise.spi;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** See {@link EngineRuntime#system}: services run on platform threads, tasks on virtual ones. */
final class SystemRuntime implements EngineRuntime {
    private final SecureRandom random = new SecureRandom();

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    /** Secure, because names made of it must be different on all machines that were started at the same moment. */
    @Override
    public RandomGenerator random() {
        return random;
    }

    @Override
    public void sleep(Duration pause) throws InterruptedException {
        Thread.sleep(pause);
    }

    /** A platform thread, so that no virtual thread which holds on to its carrier can keep a service waiting. */
    @Override
    public Worker service(String name, Runnable task) {
        return new ThreadWorker(Thread.ofPlatform().daemon().name(name).start(task));
    }

    @Override
    public Worker task(String name, Runnable task) {
        return new ThreadWorker(Thread.ofVirtual().name(name).start(task));
    }

    @Override
    public Latch latch() {
        return new CountedLatch(new CountDownLatch(1));
    }

    private record ThreadWorker(Thread thread) implements Worker {
        @Override
        public void interrupt() {
            thread.interrupt();
        }

        @Override
        public boolean join(Duration atMost) throws InterruptedException {
            return thread.join(atMost);
        }
    }

    private record CountedLatch(CountDownLatch latch) implements Latch {
        @Override
        public void open() {
            latch.countDown();
        }

        @Override
        public boolean await(Duration atMost) throws InterruptedException {
            return latch.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
        }
    }
}
