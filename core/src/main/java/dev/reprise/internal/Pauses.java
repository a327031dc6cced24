package dev.reprise.internal;

import dev.reprise.spi.EngineRuntime;
import java.time.Duration;

/** Pauses with full jitter, whose bound doubles with each attempt. Thread-safe. */
public final class Pauses {
    private static final int MOST_DOUBLINGS = 20;

    private final EngineRuntime runtime;
    private final Duration first;
    private final Duration longest;

    public Pauses(EngineRuntime runtime, Duration first, Duration longest) {
        this.runtime = runtime;
        this.first = first;
        this.longest = longest;
    }

    /** Pauses before the next attempt; false, with the thread's interrupt flag set, if it was interrupted. */
    public boolean pause(int attempt) {
        try {
            sleep(after(attempt));
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    public void sleep(Duration pause) throws InterruptedException {
        runtime.sleep(pause);
    }

    /** How long to pause after that many attempts before this one. */
    public Duration after(int attempt) {
        long bound = Math.min(longest.toNanos(), first.toNanos() << Math.min(attempt, MOST_DOUBLINGS));
        return Duration.ofNanos(runtime.random().nextLong(bound) + 1);
    }
}
