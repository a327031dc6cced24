package dev.reprise.resumable;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;

/** The calls that a run makes outside, each for as long as its step allows. Thread-safe. */
final class CallLimits {
    private final Set<Limited> open = ConcurrentHashMap.newKeySet();

    /**
     * Makes a call, which is interrupted when it takes too long.
     *
     * @throws TimeoutException if it did, and failed; a result counts, however late it comes
     */
    <R> R within(Duration limit, long nowNanos, Callable<R> call) throws Exception {
        Limited limited = new Limited(Thread.currentThread(), nowNanos, limit.toNanos());
        open.add(limited);
        try {
            return call.call();
        } catch (Exception e) {
            if (limited.end()) {
                TimeoutException late = new TimeoutException("It took longer than " + limit.toMillis() + " ms");
                late.initCause(e);
                throw late;
            }
            throw e;
        } finally {
            open.remove(limited);
            limited.end();
        }
    }

    void interruptLate(long nowNanos) {
        for (Limited limited : open) {
            if (nowNanos - limited.startedNanos > limited.limitNanos) {
                limited.interrupt();
            }
        }
    }

    void interruptAll() {
        open.forEach(Limited::interrupt);
    }

    /** An interrupt must not reach what the thread does afterwards. */
    private static final class Limited {
        private final Thread thread;
        private final long startedNanos;
        private final long limitNanos;
        private boolean late;
        private boolean ended;

        private Limited(Thread thread, long startedNanos, long limitNanos) {
            this.thread = thread;
            this.startedNanos = startedNanos;
            this.limitNanos = limitNanos;
        }

        private synchronized void interrupt() {
            if (!ended && !late) {
                late = true;
                thread.interrupt();
            }
        }

        /** Whether it was too late; on its own thread. */
        private synchronized boolean end() {
            if (!ended && late) {
                var unused = Thread.interrupted();
            }
            ended = true;
            return late;
        }
    }
}
