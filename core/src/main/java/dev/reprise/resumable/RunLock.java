package dev.reprise.resumable;

import dev.reprise.spi.EngineRuntime;
import dev.reprise.spi.EngineRuntime.Latch;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A lock, which its thread may take again. It is made of the runtime's latches, so that in a simulation one thread can be
 * held up in a transaction while another one wants the lock. Thread-safe.
 */
final class RunLock {
    private static final Duration LONG = Duration.ofMinutes(1);

    private record Hold(Thread thread, Latch released) {}

    private final EngineRuntime runtime;
    private final AtomicReference<@Nullable Hold> hold = new AtomicReference<>();
    /** How often the holder has taken it; only the holder looks. */
    private int depth;

    RunLock(EngineRuntime runtime) {
        this.runtime = runtime;
    }

    /** Waits as long as it takes; an interrupt is kept for later. */
    void lock() {
        boolean interrupted = false;
        while (!tryLock()) {
            Hold other = hold.get();
            try {
                boolean ignored = other == null || other.released.await(LONG);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    boolean tryLock() {
        Thread me = Thread.currentThread();
        Hold there = hold.get();
        if (there != null && there.thread.equals(me)) {
            depth++;
            return true;
        }
        if (there == null && hold.compareAndSet(null, new Hold(me, runtime.latch()))) {
            depth = 1;
            return true;
        }
        return false;
    }

    /** By its holder. */
    void unlock() {
        Hold mine = hold.get();
        if (--depth == 0 && mine != null) {
            hold.set(null);
            mine.released.open();
        }
    }
}
